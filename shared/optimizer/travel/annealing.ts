import type { Random } from "../engine/random.ts";
import { Moves } from "./moves.ts";
import { Timetable, type TravelProblem } from "./timetable.ts";

/** Shares of the neighbourhoods, added up: homes, teams, whole rounds, partial rounds; the rest is opponents. */
const shares = { homes: 0.2, teams: 0.21, rounds: 0.22, partialRounds: 0.61 };

/**
 * Chains longer than this are dropped unevaluated: they are slow and nearly always rejected. A share of the draws may
 * be of any length: where rounds pair up into one long cycle, as in the canonical pattern, there are no short ones.
 */
const shortChain = 8;
const anyLength = 0.2;

/**
 * How many mean distances beyond acceptance a half-written move may cost before it is given up. At 1.5 the search is a
 * sixth faster than at 4 and ends 2 % worse: good moves cost much on their way.
 */
const slack = 5;

/** How fast the price of a violation rises while no schedule without one is met, and falls again. */
const pressure = { rise: 1.005, fall: 0.98 };

/**
 * Simulated annealing of one timetable. The price of a violation follows the temperature, and rises as long as the
 * search stays among schedules that have some.
 */
export class Annealing {
  readonly table: Timetable;
  /** Cost of where the search stands. */
  miles = 0;
  faults = 0;
  /** The best schedule without violations; `bestMiles` is infinite before there is one. */
  bestMiles = Infinity;
  readonly bestCodes: Int16Array;
  pressure = 1;
  /** Mean distance between two places: the scale of temperatures. */
  readonly mean: number;
  private readonly moves: Moves;

  constructor(readonly problem: TravelProblem, private readonly random: Random) {
    const { teams, distance } = problem;
    this.table = new Timetable(problem);
    this.moves = new Moves(this.table, problem.mirrored);
    this.bestCodes = new Int16Array(teams * this.table.rounds);
    this.mean = Math.max(1e-9, distance.reduce((sum, miles) => sum + miles, 0) / (teams * (teams - 1)));
  }

  /** Puts the search at a schedule; {@link bestMiles} stays as it is unless the schedule is better. */
  start(codes: ArrayLike<number>): void {
    this.table.load(codes);
    const { miles, faults } = this.table.total();
    this.miles = miles;
    this.faults = faults;
    this.pressure = 1;
    if (faults === 0) this.keepBest();
  }

  /** Goes from a random schedule: so many moves, whatever they cost. The best one so far is kept. */
  melt(moves: number): void {
    const { table } = this;
    table.bound = Infinity;
    for (let k = 0; k < moves; k++) this.draw();
    this.start(this.codes());
  }

  /** The cells of where the search stands. */
  codes(): Int16Array {
    const codes = new Int16Array(this.bestCodes.length);
    this.table.save(codes);
    return codes;
  }

  /**
   * Evaluates `count` schedules at a temperature in mean distances, at which a violation costs `faultPrice`
   * temperatures.
   */
  block(count: number, temperature: number, faultPrice: number): void {
    const { table, random } = this;
    const heat = temperature * this.mean;
    const price = faultPrice * heat * this.pressure;
    let clean = this.faults === 0;
    table.price = price;
    for (let k = 0; k < count; k++) {
      const most = -heat * Math.log(random.unit() + 1e-12);
      table.bound = most + slack * this.mean;
      this.draw();
      if (table.miles + price * table.faults > most) {
        table.undo();
        continue;
      }
      this.miles += table.miles;
      this.faults += table.faults;
      if (this.faults === 0) {
        clean = true;
        if (this.miles < this.bestMiles) this.keepBest();
      }
    }
    this.pressure = clean ? Math.max(1, this.pressure * pressure.fall) : this.pressure * pressure.rise;
  }

  /** Draws moves until one writes something. */
  private draw(): void {
    const { table, moves, random } = this;
    const { teams } = table, { rounds } = moves;
    table.begin();
    for (;;) {
      const kind = random.unit();
      const team = random.below(teams);
      if (kind < shares.teams) {
        const other = otherThan(team, random.below(teams - 1));
        if (kind < shares.homes ? moves.swapHomes(team, other) : moves.swapTeams(team, other)) return;
        continue;
      }
      const round = random.below(rounds);
      const most = random.unit() < anyLength ? teams + rounds : shortChain;
      const done = kind < shares.partialRounds
        ? moves.swapRounds(
          team,
          round,
          otherThan(round, random.below(rounds - 1)),
          kind < shares.rounds ? teams : most,
        )
        : moves.swapOpponents(team, otherThan(team, random.below(teams - 1)), round, most);
      if (done) return;
    }
  }

  private keepBest(): void {
    if (this.miles >= this.bestMiles) return;
    this.bestMiles = this.miles;
    this.table.save(this.bestCodes);
  }
}

const otherThan = (one: number, drawn: number) => drawn >= one ? drawn + 1 : drawn;
