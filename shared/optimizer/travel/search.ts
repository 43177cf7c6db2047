import { Random } from "../engine/random.ts";
import { Annealing } from "./annealing.ts";
import { Beams, type SavedBeam } from "./beams.ts";
import { canonical } from "./canonical.ts";
import type { TravelProblem } from "./timetable.ts";

/** Schedules evaluated at one temperature. */
const blockSize = 2000;

/** Moves that make a schedule random, for each team. */
const meltingMoves = 1000;

/** One cooling: from where, between which temperatures (in mean distances), and how dear violations are. */
interface Cooling {
  /** Share of the evaluations. */
  readonly share: number;
  /** From a random schedule, or from the best one. */
  readonly from: "random" | "best";
  readonly first: number;
  readonly last: number;
  /** Price of a violation in temperatures. */
  readonly faultPrice: number;
}

/** Schedules made by {@link Beams}. */
interface Building {
  readonly share: number;
  readonly from: "nothing";
}

type Stage = Cooling | Building;

const fresh = { from: "random", first: 0.4, last: 0.17 } as const;
const again = { from: "best", first: 0.28, last: 0.17 } as const;

/**
 * Random starts, then the best one heated up and cooled again and again. Cheap violations let the search through
 * walls between schedules, dear ones keep it at work on feasible schedules: which one pays differs by league, so they
 * take turns.
 */
const stages: readonly Stage[] = [
  { ...fresh, share: 0.2, faultPrice: 8 },
  { ...fresh, share: 0.16, faultPrice: 4 },
  { ...again, share: 0.22, faultPrice: 8 },
  { ...again, share: 0.2, faultPrice: 4 },
  { ...again, share: 0.22, faultPrice: 8 },
];

/** Where beams can be had, the best of what they build is the start: in a second they find what a minute of cooling does. */
const stagesWithBeams: readonly Stage[] = [
  { from: "nothing", share: 0.6 },
  { ...again, share: 0.2, faultPrice: 8 },
  { ...again, share: 0.2, faultPrice: 4 },
];

/** Where a search stands, as plain numbers. */
interface Saved {
  readonly of: number;
  readonly evaluations: number;
  readonly stage: number;
  readonly random: readonly number[];
  readonly pressure: number;
  readonly codes: readonly number[];
  readonly best: readonly number[] | null;
  readonly building: boolean;
  readonly beam: SavedBeam | null;
}

/**
 * Searches in {@link stages}. It proceeds in whole blocks and steps of beams, so that its result does not depend on how
 * it is sliced. A given schedule takes the place of random starts and beams.
 */
export class TravelSearch {
  private readonly random: Random;
  private readonly annealing: Annealing;
  private evaluations = 0;
  /** Index of the stage; -1 before the first. */
  private stage = -1;
  private stages: readonly Stage[];
  /** Until the first cooling, where the stages have some. */
  private beams: Beams | undefined;

  constructor(problem: TravelProblem, seed: number | readonly number[], public of: number, from?: ArrayLike<number>) {
    this.random = new Random(seed);
    this.annealing = new Annealing(problem, this.random);
    this.annealing.start(from ?? canonical(problem.teams));
    this.stages = !from && Beams.suit(problem) ? stagesWithBeams : stages;
    if (from) this.stage = stages.findIndex(({ from }) => from === "best") - 1;
  }

  /** Takes up a search where {@link save} left it. */
  static resume(problem: TravelProblem, saved: Uint8Array): TravelSearch {
    const { of, evaluations, stage, random, pressure, codes, best, building, beam } = JSON.parse(
      new TextDecoder().decode(saved),
    ) as Saved;
    const search = new TravelSearch(problem, beam?.random ?? random, of, best ?? codes);
    search.annealing.start(codes);
    search.annealing.pressure = pressure;
    if (building) search.stages = stagesWithBeams;
    if (beam) search.built().resume(beam);
    return Object.assign(search, { evaluations, stage });
  }

  save(): Uint8Array {
    const { annealing, of, evaluations, stage, stages, beams } = this;
    const saved: Saved = {
      of,
      evaluations,
      stage,
      random: this.random.save(),
      pressure: annealing.pressure,
      codes: [...annealing.codes()],
      best: annealing.bestMiles < Infinity ? [...annealing.bestCodes] : null,
      building: stages === stagesWithBeams,
      beam: beams?.save() ?? null,
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
    const { annealing } = this;
    return annealing.bestMiles < Infinity ? annealing.bestCodes.slice() : annealing.codes();
  }

  /** Takes a schedule found elsewhere as its best one when it is better: the next stage goes on from it. */
  offer(codes: ArrayLike<number>): void {
    const here = this.annealing.codes(), { pressure } = this.annealing;
    this.annealing.start(codes);
    this.annealing.start(here);
    this.annealing.pressure = pressure;
  }

  /** Evaluates at least so many further schedules, or what is left. */
  advance(evaluations: number): void {
    const goal = Math.min(this.of, this.evaluations + evaluations);
    while (this.evaluations < goal) {
      const at = Math.max(this.stage, stageAt(this.stages, this.evaluations / this.of));
      const stage = this.stages[at]!;
      if (at > this.stage) this.begin(at, stage);
      this.evaluations += stage.from === "nothing" ? this.build(stage) : this.cool(at, stage);
    }
  }

  private begin(at: number, { from }: Stage): void {
    const { annealing } = this;
    this.stage = at;
    if (from === "nothing") return;
    this.beams = undefined;
    if (from === "random") annealing.melt(meltingMoves * annealing.problem.teams);
    else if (annealing.bestMiles < Infinity) annealing.start(annealing.bestCodes.slice());
  }

  /** A step of a beam; answers how many schedules it evaluated. */
  private build({ share }: Building): number {
    const beams = this.built();
    const evaluated = beams.advance(this.of * share);
    const codes = beams.result();
    if (codes) this.annealing.start(codes);
    return evaluated;
  }

  private built(): Beams {
    const { problem, mean } = this.annealing;
    return this.beams ??= new Beams(problem, this.random, mean);
  }

  /** A block of a cooling; answers how many schedules it evaluated. */
  private cool(at: number, { share, first, last, faultPrice }: Cooling): number {
    const count = Math.min(blockSize, this.of - this.evaluations);
    const done = (this.evaluations / this.of - startOf(this.stages, at)) / share;
    const cooled = Math.min(1, Math.max(0, done));
    this.annealing.block(count, first * (last / first) ** cooled, faultPrice);
    return count;
  }
}

/** Where a stage begins, as a share of the evaluations. */
const startOf = (stages: readonly Stage[], at: number) =>
  stages.slice(0, at).reduce((sum, { share }) => sum + share, 0);

/** The stage at a share of the evaluations. */
function stageAt(stages: readonly Stage[], done: number): number {
  const later = stages.findIndex((_, at) => startOf(stages, at + 1) > done);
  return later < 0 ? stages.length - 1 : later;
}
