import { type Bounds, impossible, mostEntries, Ways } from "./bounds.ts";
import { homes, left, mostTeams, run } from "./standing.ts";
import type { TravelProblem } from "./timetable.ts";

/**
 * The shortest way for each team to end its season, whatever the others do, from every standing: by the opponents yet
 * to be visited, the number of home games to be played, the place and the run. Found by dynamic programming.
 */
export class SeasonBounds extends Ways implements Bounds {
  private readonly runs: number;
  private readonly tables: readonly Int32Array[];

  constructor(problem: TravelProblem) {
    super(problem);
    this.runs = Math.max(this.mostHome, this.mostAway);
    this.tables = this.ways.map((ways) => this.fill(ways));
  }

  /** Whether the tables of a league are of a size to be made. */
  static fit({ teams, mostHome, mostAway }: TravelProblem): boolean {
    const runs = Math.min(Math.max(mostHome, mostAway), teams - 1);
    return teams <= mostTeams && teams ** 3 * runs * 2 ** (teams - 1) <= mostEntries;
  }

  after(team: number, standing: number): number {
    if (run(standing) === 0) return 0;
    return this.tables[team]![this.at(left(standing), homes(standing), this.place(team, standing), run(standing))]!;
  }

  private at(left: number, homes: number, place: number, run: number): number {
    const { teams } = this.problem;
    return ((left * teams + homes) * teams + place) * this.runs + run - 1;
  }

  private fill(ways: Int32Array): Int32Array {
    const { teams } = this.problem, sets = 1 << teams - 1;
    const table = new Int32Array(sets * teams * teams * this.runs).fill(impossible);
    for (let left = 0; left < sets; left++) {
      for (let homes = 0; homes < teams; homes++) {
        for (let place = 0; place < teams; place++) {
          if (place < teams - 1 && left >> place & 1) continue;
          for (let run = 1; run <= this.runs; run++) {
            table[this.at(left, homes, place, run)] = this.shortest(table, ways, left, homes, place, run);
          }
        }
      }
    }
    return table;
  }

  /** From the entries of smaller sets and fewer home games. */
  private shortest(table: Int32Array, ways: Int32Array, left: number, homes: number, place: number, run: number) {
    const { teams } = this.problem, home = teams - 1, from = place * teams;
    if (!left && !homes) return ways[from + home]!;
    let best = impossible;
    if (homes && (place < home || run < this.mostHome)) {
      best = Math.min(best, ways[from + home]! + table[this.at(left, homes - 1, home, place < home ? 1 : run + 1)]!);
    }
    if (place < home && run >= this.mostAway) return best;
    for (let rest = left; rest; rest &= rest - 1) {
      const next = 31 - Math.clz32(rest & -rest);
      const after = table[this.at(left ^ 1 << next, homes, next, place < home ? run + 1 : 1)]!;
      best = Math.min(best, ways[from + next]! + after);
    }
    return best;
  }
}
