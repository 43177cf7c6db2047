import { Random } from "../engine/random.ts";
import { Annealing } from "./annealing.ts";
import { canonical } from "./canonical.ts";
import type { TravelProblem } from "./timetable.ts";

/** Schedules evaluated at one temperature. */
const blockSize = 2000;

/** Temperatures, in mean distances, between which a stage cools geometrically. */
const temperatures = { first: 0.34, reheated: 0.27, last: 0.18 };

/** Where a search stands, as plain numbers. */
interface Saved {
  readonly of: number;
  readonly evaluations: number;
  readonly stage: number;
  readonly given: boolean;
  readonly random: readonly number[];
  readonly pressure: number;
  readonly codes: readonly number[];
  readonly best: readonly number[] | null;
}

/**
 * Anneals in stages: the first cools from a construction (or from a given schedule), each further one reheats the best
 * schedule so far. It proceeds in whole blocks, so that its result does not depend on how it is sliced.
 */
export class TravelSearch {
  private readonly random: Random;
  private readonly annealing: Annealing;
  private evaluations = 0;
  private stage = 0;
  /** Whether it began with a schedule of the caller's. */
  private given: boolean;

  constructor(problem: TravelProblem, seed: number | readonly number[], public of: number, from?: ArrayLike<number>) {
    this.random = new Random(seed);
    this.annealing = new Annealing(problem, this.random);
    this.given = from !== undefined;
    this.annealing.start(from ?? canonical(problem.teams));
  }

  /** Takes up a search where {@link save} left it. */
  static resume(problem: TravelProblem, saved: Uint8Array): TravelSearch {
    const { of, evaluations, stage, given, random, pressure, codes, best } = JSON.parse(
      new TextDecoder().decode(saved),
    ) as Saved;
    const search = new TravelSearch(problem, random, of, best ?? codes);
    search.annealing.start(codes);
    search.annealing.pressure = pressure;
    return Object.assign(search, { evaluations, stage, given });
  }

  save(): Uint8Array {
    const { annealing, of, evaluations, stage, given } = this;
    const codes = new Int16Array(annealing.bestCodes.length);
    annealing.table.save(codes);
    const saved: Saved = {
      of,
      evaluations,
      stage,
      given,
      random: this.random.save(),
      pressure: annealing.pressure,
      codes: [...codes],
      best: annealing.bestMiles < Infinity ? [...annealing.bestCodes] : null,
    };
    return new TextEncoder().encode(JSON.stringify(saved));
  }

  get done(): boolean {
    return this.evaluations >= this.of;
  }

  get evaluated(): number {
    return this.evaluations;
  }

  /** Cost of the best schedule: violations only while none without them was found. */
  get best(): { readonly faults: number; readonly miles: number } {
    const { bestMiles, faults, miles } = this.annealing;
    return bestMiles < Infinity ? { faults: 0, miles: bestMiles } : { faults, miles };
  }

  /** The cells of that schedule. */
  bestCodes(): Int16Array {
    const codes = new Int16Array(this.annealing.bestCodes.length);
    if (this.annealing.bestMiles < Infinity) codes.set(this.annealing.bestCodes);
    else this.annealing.table.save(codes);
    return codes;
  }

  /** Goes on from a schedule found elsewhere when it is better than the best one here. */
  offer(codes: ArrayLike<number>): void {
    const before = this.annealing.bestMiles;
    const here = new Int16Array(this.annealing.bestCodes.length);
    this.annealing.table.save(here);
    this.annealing.start(codes);
    if (this.annealing.bestMiles >= before) this.annealing.start(here);
  }

  /** Evaluates at least so many further schedules, or what is left. */
  advance(evaluations: number): void {
    const goal = Math.min(this.of, this.evaluations + evaluations);
    while (this.evaluations < goal) {
      const stages = stagesOf(this.annealing.problem.teams);
      const at = this.evaluations / this.of * stages;
      const stage = Math.min(stages - 1, Math.floor(at));
      if (stage > this.stage) this.reheat(stage);
      const first = stage || this.given ? temperatures.reheated : temperatures.first;
      const count = Math.min(blockSize, this.of - this.evaluations);
      this.annealing.block(count, first * (temperatures.last / first) ** (at - stage));
      this.evaluations += count;
    }
  }

  private reheat(stage: number): void {
    this.stage = stage;
    if (this.annealing.bestMiles < Infinity) this.annealing.start(this.annealing.bestCodes.slice());
  }
}

/** Small leagues cool so fast that a second look pays. */
const stagesOf = (_teams: number) => 5;
