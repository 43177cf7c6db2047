/**
 * The search for a full schedule: first the hard constraints alone, then hard and soft ones together under cooling, at
 * last feasible schedules only. It goes in chunks of equal length; what happens in a chunk follows from where the search
 * stands at its beginning, so that slices do not change the result.
 */
import { anneal, annealFeasible, type Best, type Heat } from "./annealing.ts";
import { construct } from "./construct.ts";
import { Evaluator } from "./evaluator.ts";
import { Moves } from "./moves.ts";
import { HARD, hardOf, softOf } from "./packed.ts";
import { type Cooling, defaultParameters, type SearchParameters } from "./parameters.ts";
import { type Penalty, penalty } from "./plain.ts";
import type { Problem } from "./problem.ts";
import { Random } from "./random.ts";
import { scaleOf } from "./scale.ts";
import { State } from "./state.ts";
import { compileTables, type Tables } from "./tables.ts";
import type { Term } from "./terms.ts";

/** Moves in a chunk: temperature and weights change only between chunks. */
export const chunk = 512;

/** When the last stage begins: the best schedule so far is cooled to its local optimum. */
const quenchFrom = 0.97;

/**
 * Where feasible schedules are searched first, the temperature is `perGame` x what soft constraints on single games cost
 * a game, within these bounds: where little is at stake more heat is time lost, and below the milder one the season
 * cannot find its order. What the season as a whole costs (`orders`) says nothing here: it falls early in any cooling.
 */
const perGame = 9, mildest = 35;
const orders: readonly Term["kind"][] = ["breaks", "separation", "fairness"];

/** Stages of a search: hard constraints alone, all constraints, feasible schedules only, a quick end. */
export const stages = ["hard", "both", "feasible", "quench"] as const;
export type Stage = typeof stages[number];

/** Everything that a search must remember between slices. */
export interface Standing {
  stage: Stage;
  /** Moves drawn so far. */
  drawn: number;
  /** Progress (0..1) at which the stage, or the try within it, began. */
  began: number;
  /** Tries at the hard constraints so far. */
  tries: number;
  /** What temperatures are multiplied by: see scale.ts. */
  scale: number;
  /** Temperature at which feasible schedules are searched first; 0 until then. */
  hottest: number;
}

/** A search as it is saved: see saved.ts. */
export interface Snapshot {
  standing: Standing;
  random: readonly number[];
  cells: Int16Array;
  best: Best;
}

export class Search {
  readonly state: State;
  readonly best: Best;
  readonly standing: Standing;
  readonly #random: Random;
  readonly #tables: { hard: Tables; soft: Tables; all: Tables };
  #evaluator!: Evaluator;
  /** Judges by the hard terms while the evaluator judges by the soft ones: where only feasible schedules are allowed. */
  #guard?: Evaluator;
  #moves!: Moves;

  constructor(
    readonly problem: Problem,
    start: { seed: number; from?: Int16Array } | Snapshot,
    readonly parameters: SearchParameters = defaultParameters(problem),
  ) {
    this.#tables = {
      hard: compileTables({ ...problem, terms: problem.terms.filter(({ hard }) => hard) }),
      soft: compileTables({ ...problem, terms: problem.terms.filter(({ hard }) => !hard) }),
      all: compileTables(problem),
    };
    if ("standing" in start) {
      this.#random = new Random(start.random);
      this.standing = { ...start.standing };
      this.state = new State(problem);
      this.state.load(start.cells);
      this.best = { total: start.best.total, cells: start.best.cells.slice() };
      this.#equip();
      return;
    }
    this.#random = new Random(start.seed);
    this.standing = { stage: "hard", drawn: 0, began: 0, tries: 0, scale: 1, hottest: 0 };
    this.state = start.from ? new State(problem) : construct(problem, this.#random);
    if (start.from) this.state.load(start.from);
    else this.#scramble();
    this.#equip();
    this.best = { total: this.#evaluator.total, cells: this.state.cells.slice() };
  }

  /** Hard and soft penalty of the best schedule. */
  penalty(): Penalty {
    const total = this.standing.stage === "hard" ? this.#totalOf(this.best.cells) : this.best.total;
    return { hard: hardOf(total), soft: softOf(total) };
  }

  /**
   * Takes over another schedule of the league where it is better than the best one so far. A search that is among
   * feasible schedules already goes on cooling where it is: two that follow one another would search one place.
   */
  offer(cells: Int16Array): void {
    const total = this.#totalOf(cells);
    if (this.standing.stage === "hard" ? hardOf(total) * HARD >= this.best.total : total >= this.best.total) return;
    this.best.cells.set(cells);
    this.best.total = total;
    if (this.#guard) return;
    this.#restart();
    this.best.total = this.#evaluator.total;
  }

  /** What is needed to go on later; cells are copies. */
  snapshot(): Snapshot {
    return {
      standing: { ...this.standing },
      random: this.#random.save(),
      cells: this.state.cells.slice(),
      best: { total: this.best.total, cells: this.best.cells.slice() },
    };
  }

  /** Goes on by one chunk; `progress` (0..1) is how much of the budget is spent. */
  step(progress: number): void {
    this.#turn(progress);
    const heat = this.#heat(progress);
    this.standing.drawn += chunk;
    if (!this.#guard) return anneal(this.#evaluator, this.#moves, this.#random, chunk, heat, this.best);
    annealFeasible(this.#guard, this.#evaluator, this.#moves, this.#random, chunk, heat.temperature, this.best);
  }

  /** Goes over to the next stage (or the next try) where it is time to. */
  #turn(progress: number): void {
    const { standing, parameters } = this;
    if (standing.stage === "hard") {
      if (this.best.total === 0) return this.#enter("both", progress);
      if (progress - standing.began < parameters.hardShare) return;
      standing.tries++;
      if (standing.tries >= parameters.hardTries) return this.#enter("both", progress);
      standing.began = progress;
      this.#restart();
    } else if (standing.stage === "both" && progress >= parameters.bothUntil && this.best.total < HARD / 2) {
      this.#enter("feasible", progress);
      standing.hottest = this.#hottest();
    } else if (standing.stage === "feasible" && progress >= quenchFrom) {
      this.#enter("quench", progress);
    }
  }

  #heat(progress: number): Heat {
    const { standing, parameters } = this, { began } = standing;
    const cooled = ({ from, to }: Cooling, until: number) =>
      from * (to / from) ** Math.min(1, (progress - began) / Math.max(1e-9, until - began));
    if (standing.stage === "hard") {
      const cooling = standing.tries === 0 ? parameters.hard : parameters.hardAgain;
      return { temperature: cooled(cooling, began + parameters.hardShare), hardWeight: 1 };
    }
    if (standing.stage === "feasible") {
      const cooling = { from: standing.hottest, to: parameters.feasible.to };
      return { temperature: standing.scale * cooled(cooling, quenchFrom), hardWeight: HARD };
    }
    if (standing.stage === "quench") {
      const { to } = parameters.feasible;
      return { temperature: standing.scale * cooled({ from: 0.6 * to, to: 0.06 * to }, 1), hardWeight: HARD };
    }
    const end = parameters.bothUntil || 1;
    return {
      temperature: standing.scale * cooled(parameters.both, end),
      hardWeight: standing.scale * cooled(parameters.hardWeight, end),
    };
  }

  #enter(stage: Stage, progress: number): void {
    this.standing.stage = stage;
    this.standing.began = progress;
    this.#restart();
    this.#equip();
    this.best.total = this.#evaluator.total;
    if (stage === "both") this.standing.scale = scaleOf(this.problem, this.#evaluator, this.#moves, this.#random);
  }

  /** See {@link perGame}. */
  #hottest(): number {
    const { standing, problem, parameters: { feasible } } = this;
    const { soft } = penalty(this.state, problem.terms.filter(({ kind }) => !orders.includes(kind)));
    return Math.min(feasible.from, Math.max(mildest, perGame * soft * 2 / problem.games.length / standing.scale));
  }

  /** Packed penalty of a schedule by all terms. */
  #totalOf(cells: Int16Array): number {
    const state = new State(this.problem);
    state.load(cells);
    return new Evaluator(state, this.#tables.all).total;
  }

  /** Goes back to the best schedule. */
  #restart(): void {
    this.state.load(this.best.cells);
    this.#evaluator.reset();
    this.#guard?.reset();
  }

  #equip(): void {
    const { shares, caps } = this.parameters, { hard, soft, all } = this.#tables, { stage } = this.standing;
    const guarded = stage === "feasible" || stage === "quench";
    this.#evaluator = new Evaluator(this.state, stage === "hard" ? hard : guarded ? soft : all);
    this.#guard = guarded ? new Evaluator(this.state, hard) : undefined;
    this.#moves = new Moves(this.state, this.#evaluator.slotOfGame, shares, caps);
  }

  /** Leaves the canonical pattern, in which nearly every chain is as long as can be. */
  #scramble(): void {
    const { teams, slots } = this.problem;
    const evaluator = new Evaluator(this.state, compileTables({ ...this.problem, terms: [] }));
    const moves = new Moves(this.state, evaluator.slotOfGame, this.parameters.shares, { teams, slots });
    for (let k = 0; k < 100 * slots; k++) {
      if (!moves.draw(this.#random)) continue;
      evaluator.evaluate();
      evaluator.keep();
    }
  }
}
