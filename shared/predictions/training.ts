/**
 * Training in parts: a forest a horizon for what is ahead, and one each that never saw the last season, by whose errors
 * there the model is judged and its intervals are made. Between the parts all there is to keep is JSON.
 */
import type { PlayedGame } from "./games.ts";
import { errorOf, evaluate, type Evaluation, type Judged } from "./evaluation.ts";
import { type Example, type Horizon, learn, seasonsOf } from "./examples.ts";
import { featureNames } from "./features.ts";
import { type Forest, forestValue } from "./forest.ts";
import { calibrate, type Calibration } from "./intervals.ts";
import { growForest, type TreeOptions } from "./trees.ts";

/** Changes whenever the same games would give another model. */
export const modelVersion = "attendance-1";

/** Chosen by the mean over football 2014 to 2017; more trees or deeper ones gain below half a per cent. */
export const treeOptions: TreeOptions = {
  trees: 250,
  depth: 5,
  rate: 0.05,
  leaf: 20,
  shrink: 10,
  delta: 0.15,
  columns: 0.3,
};
/** With fewer examples there is no forest: what a host is known for is the whole prediction. */
export const fewestExamples = 60;
/**
 * Examples that "the host's mean is all there is to know" weighs against the forest: by single conferences' football, whose
 * offices have no more (error 3 % less than with full trust, and the same for all of football).
 */
const doubt = 75;
/** A season's examples count for this much of those a season later. */
const recency = 0.9;
/** Large crowds weigh a little more than small ones: weight is crowd to this power. */
const sizePower = 0.3;
/**
 * Errors within one season are this much smaller than those a season ahead: without it, intervals made from one season
 * held 74 % of football's games of 2013 and 71 % of basketball's of 2018-19 instead of 80 %.
 */
const withinASeason = 1.25;
export const evaluationLevel = 0.8;

export interface HorizonModel {
  readonly forest: Forest;
  /** What the forest says counts for this share of it: near 1 where it has learned from many. */
  readonly trust: number;
  readonly examples: number;
  readonly calibration: Calibration;
  readonly evaluation: Evaluation;
}

export interface AttendanceModel {
  readonly version: string;
  readonly features: readonly string[];
  /** Games whose crowd was counted, of how many seasons, from which day to which. */
  readonly trained_on: { readonly games: number; readonly seasons: number; readonly from: string; readonly to: string };
  /** Those there are enough games for. */
  readonly horizons: Partial<Record<Horizon, HorizonModel>>;
  /** How far off a host's own mean alone is: for teams and organizations with few games. */
  readonly means: Calibration | null;
}

/** What training has come to: JSON. */
export interface TrainingState {
  readonly steps: readonly Step[];
  readonly forest: Forest;
  readonly horizons: Partial<Record<Horizon, Partial<HorizonModel>>>;
}

interface Step {
  readonly horizon: Horizon;
  readonly heldOut: boolean;
}

export const startTraining = (): TrainingState => ({
  steps: (["season", "in_season"] as const).flatMap((
    horizon,
  ) => [{ horizon, heldOut: true }, { horizon, heldOut: false }]),
  forest: [],
  horizons: {},
});

const weightOf = (example: Example, newest: number) =>
  recency ** (newest - example.game.season) * Math.exp(sizePower * (example.base - 10));

/** What the forest of a step learns from, and what it is judged by. */
function split(examples: readonly Example[], { horizon, heldOut }: Step): { learned: Example[]; judged: Example[] } {
  const own = examples.filter((example) => example.horizon === horizon);
  if (!heldOut) return { learned: own, judged: [] };
  const seasons = seasonsOf(own.filter(({ folded }) => !folded).map(({ game }) => game));
  const last = seasons.findLast((season) => own.filter(({ game }) => game.season === season).length >= 15);
  const before = own.filter(({ game }) => last !== undefined && game.season < last);
  if (last !== undefined && before.length >= fewestExamples / 2) {
    return { learned: before, judged: own.filter(({ game, folded }) => game.season === last && !folded) };
  }
  // One season only: every sixth of its examples.
  return { learned: own.filter((_, place) => place % 6 !== 5), judged: own.filter((_, place) => place % 6 === 5) };
}

/** `in_season` needs a season that had one before it: else what it learns is how a first season begins. */
const isPossible = (examples: readonly Example[], { horizon }: Step): boolean => {
  const own = examples.filter((example) => example.horizon === horizon);
  if (own.length < fewestExamples) return false;
  return horizon === "season" ||
    own.filter(({ lastSeasonMean }) => !Number.isNaN(lastSeasonMean)).length >= fewestExamples / 2;
};

const trustOf = (learned: readonly Example[]) => Number((learned.length / (learned.length + doubt)).toFixed(4));

function judge(
  forest: Forest,
  trust: number,
  judged: readonly Example[],
): Pick<HorizonModel, "calibration" | "evaluation"> | undefined {
  const games = judged.map(({ game, base, features, lastSeasonMean }): Judged => ({
    team: game.home,
    attendance: game.attendance,
    predicted: Math.min(Math.exp(base + trust * forestValue(forest, features)), game.capacity ?? Infinity),
    lastSeasonMean,
  }));
  const held_out = judged.every(({ folded }) => folded) ? "fold" : "season";
  const wider = held_out === "fold" ? withinASeason : 1;
  const calibration = calibrate(games.map(errorOf).map(({ team, error }) => ({ team, error: error * wider })));
  if (!calibration) return undefined;
  return { calibration, evaluation: evaluate(games, { held_out, season: judged[0]!.game.season }, evaluationLevel) };
}

/** Goes on until `trees` more were grown, or a step is done; `steps` is empty when all is. */
export function advanceTraining(examples: readonly Example[], state: TrainingState, trees = Infinity): TrainingState {
  const [step, ...left] = state.steps;
  if (!step) return state;
  if (!isPossible(examples, step)) return { ...state, steps: left, forest: [] };
  const { learned, judged } = split(examples, step);
  const newest = learned.reduce((newest, { game }) => Math.max(newest, game.season), -Infinity);
  const sample = {
    rows: learned.map(({ features }) => features),
    target: Float64Array.from(learned, ({ target, base }) => target - base),
    weight: Float64Array.from(learned, (example) => weightOf(example, newest)),
  };
  const forest = growForest(sample, treeOptions, state.forest, trees);
  if (forest.length < treeOptions.trees) return { ...state, forest };
  const known = state.horizons[step.horizon];
  const found = step.heldOut
    ? judge(forest, trustOf(learned), judged)
    : { forest, trust: trustOf(learned), examples: learned.length };
  return { steps: left, forest: [], horizons: { ...state.horizons, [step.horizon]: { ...known, ...found } } };
}

/** The model, once no step is left. */
export function finishTraining(
  games: readonly PlayedGame[],
  examples: readonly Example[],
  state: TrainingState,
): AttendanceModel {
  const counted = games.filter(({ attendance }) => attendance).map(({ day }) => day).sort();
  const plain = examples.filter(({ horizon }) => horizon === "season");
  const complete = Object.entries(state.horizons).filter(([, one]) => one.forest && one.calibration);
  return {
    version: modelVersion,
    features: featureNames,
    trained_on: {
      games: counted.length,
      seasons: seasonsOf(games).length,
      from: counted[0] ?? "",
      to: counted.at(-1) ?? "",
    },
    horizons: Object.fromEntries(complete) as AttendanceModel["horizons"],
    means: calibrate(plain.map(({ game, target, base }) => ({ team: game.home, error: target - base }))) ?? null,
  };
}

/** No forest, only what the means of past games tell: until a model is trained. */
export const meansOnly = (games: readonly PlayedGame[], examples: readonly Example[]): AttendanceModel =>
  finishTraining(games, examples, { steps: [], forest: [], horizons: {} });

/** All of it at once. */
export function train(games: readonly PlayedGame[]): AttendanceModel {
  const { examples } = learn(games);
  let state = startTraining();
  while (state.steps.length) state = advanceTraining(examples, state);
  return finishTraining(games, examples, state);
}
