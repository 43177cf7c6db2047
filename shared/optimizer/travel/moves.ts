import type { Timetable } from "./timetable.ts";

/**
 * The neighbourhoods of the timetable. A move that turns out hopeless is left unfinished, to be undone. Each writes its cells and answers true, or writes nothing and answers false:
 * when the teams meet in that round, or the chain that the move drags along is longer than `most`.
 */
export class Moves {
  private readonly marks: Int32Array;
  private mark = 0;
  private readonly chain: Int32Array;
  /** Rounds that are moved: all, or the first half, which the second one then follows. */
  readonly rounds: number;

  constructor(private readonly table: Timetable, private readonly mirrored: boolean) {
    this.rounds = mirrored ? table.rounds / 2 : table.rounds;
    this.marks = new Int32Array(table.teams);
    this.chain = new Int32Array(Math.max(table.teams, table.rounds) + 2);
  }

  /** The two games of a pair exchange their venues. */
  swapHomes(one: number, other: number): boolean {
    const { table } = this;
    const first = table.roundOf[one * table.teams + other]!, second = table.roundOf[other * table.teams + one]!;
    table.set(one, table.cell(one, first), other, 0);
    table.set(other, table.cell(other, first), one, 1);
    table.set(one, table.cell(one, second), other, 1);
    table.set(other, table.cell(other, second), one, 0);
    return true;
  }

  /** Two teams take each other's place everywhere. */
  swapTeams(one: number, other: number): boolean {
    const { table } = this;
    for (let round = 0; round < table.rounds; round++) this.exchange(one, other, round);
    return true;
  }

  /** Two rounds change places for the smallest set of teams around `team` that play among themselves in both. */
  swapRounds(team: number, one: number, other: number, most: number): boolean {
    const { table, chain, marks } = this;
    const { opponents } = table;
    const mark = ++this.mark;
    let count = 1;
    chain[0] = team;
    marks[team] = mark;
    for (let k = 0; k < count; k++) {
      const cell = table.cell(chain[k]!, 0);
      const first = opponents[cell + one]!, second = opponents[cell + other]!;
      if (marks[first] !== mark) {
        if (count === most) return false;
        marks[first] = mark;
        chain[count++] = first;
      }
      if (marks[second] !== mark) {
        if (count === most) return false;
        marks[second] = mark;
        chain[count++] = second;
      }
    }
    for (let k = 0; k < count && !table.hopeless; k++) {
      this.swapCells(chain[k]!, one, other);
      if (this.mirrored) this.swapCells(chain[k]!, one + this.rounds, other + this.rounds);
    }
    return true;
  }

  /** Two teams exchange opponents in a round and in all further rounds in which one now has a game twice. */
  swapOpponents(one: number, other: number, round: number, most: number): boolean {
    const { table, chain } = this;
    const { opponents, sides, roundOf, teams } = table;
    const row = table.cell(other, 0);
    if (opponents[row + round] === one) return false;
    let count = 0, at = round;
    do {
      if (count === most) return false;
      chain[count++] = at;
      const opponent = opponents[row + at]!;
      at = sides[row + at] ? roundOf[one * teams + opponent]! : roundOf[opponent * teams + one]!;
      if (at >= this.rounds) at -= this.rounds;
    } while (at !== round);
    for (let k = 0; k < count && !table.hopeless; k++) {
      this.exchange(one, other, chain[k]!);
      if (this.mirrored) this.exchange(one, other, chain[k]! + this.rounds);
    }
    return true;
  }

  private swapCells(team: number, one: number, other: number): void {
    const { table } = this;
    const row = table.cell(team, 0);
    const first = row + one, second = row + other;
    const opponent = table.opponents[first]!, side = table.sides[first]!;
    table.set(team, first, table.opponents[second]!, table.sides[second]!);
    table.set(team, second, opponent, side);
  }

  private exchange(one: number, other: number, round: number): void {
    const { table } = this;
    const first = table.cell(one, round), second = table.cell(other, round);
    const a = table.opponents[first]!, b = table.opponents[second]!;
    if (a === other) return;
    const sideA = table.sides[first]!, sideB = table.sides[second]!;
    table.set(one, first, b, sideB);
    table.set(other, second, a, sideA);
    table.set(a, table.cell(a, round), other, 1 - sideA);
    table.set(b, table.cell(b, round), one, 1 - sideB);
  }
}
