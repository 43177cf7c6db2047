import { decodeBase64, encodeBase64 } from "./base64.ts";
import { Problem } from "../http/problem.ts";
import { describeFailure, loggerOf } from "../log.ts";
import { penalty } from "../optimizer/engine/plain.ts";
import { compileLeague, LeagueError, type Placement } from "../optimizer/league.ts";
import { analyze, type Progress, resumeRun, type Run, startRun } from "../optimizer/mod.ts";
import { stateOf } from "../optimizer/placements.ts";
import { leagueOf, namedPlacements, type Standing } from "./league-of.ts";
import type { ClaimedRun, RunBackend, StoredProgress } from "./runs.ts";

/** What came of a slice. `idle`: nothing waits. `lost`: the run was another's, or over, when it was to be saved. */
export type Outcome = "idle" | "saved" | "finished" | "failed" | "lost";

export interface SliceOptions {
  /** Work at most this long; a hosted function has 2 s of CPU a request, and saving takes its part. */
  readonly milliseconds?: number;
  /** Let others of the same thread in after this long. */
  readonly breathe?: number;
  readonly leaseSeconds?: number;
  /** Keep the run and go on until it is over, saving after each `milliseconds`. */
  readonly unsliced?: boolean;
  /** Fires when the work is to stop. */
  readonly signal?: AbortSignal;
}

/** A search that is being worked on. */
interface Work {
  readonly run: Run;
  readonly standing: Standing;
  /** Known before the first slice only. */
  readonly start: Partial<StoredProgress>;
  speed: number;
  /** As it was last told. */
  progress: Pick<Progress, "evaluations"> & Partial<Progress>;
}

const log = loggerOf("scheduling");

const usual = { milliseconds: 1_100, breathe: 25, leaseSeconds: 30, unsliced: false };

/** Before the speed of a search is known: little enough on the slowest machine. */
const cautious = 20;

/**
 * Works one slice of the run whose turn it is. How long a slice is depends on the machine; what comes of a run does not:
 * the search is the same however it is cut.
 *
 * ```ts
 * while (await workSlice(runBackend(client)) !== "idle");
 * ```
 */
export async function workSlice(backend: RunBackend, options: SliceOptions = {}): Promise<Outcome> {
  const terms = { ...usual, ...options };
  const claim = await backend.claim(terms.leaseSeconds);
  if (!claim) return "idle";
  try {
    return await workOn(claim, backend, terms);
  } catch (failure) {
    if (failure instanceof Problem && failure.code === "lease_lost") return "lost";
    return await giveUp(claim, backend, failure);
  }
}

async function workOn(claim: ClaimedRun, backend: RunBackend, terms: SliceOptions & typeof usual): Promise<Outcome> {
  let since = performance.now();
  const work = await begin(claim, terms.breathe);
  for (let first = true;; first = false) {
    const done = await advance(work, terms, since);
    const best = work.run.best();
    const progress = { ...progressOf(work, best, since), ...(first ? work.start : {}) };
    const placements = namedPlacements(best, work.standing.games);
    if (done) {
      await backend.finish(claim, progress, placements);
      return "finished";
    }
    const keep = terms.unsliced && !terms.signal?.aborted ? terms.leaseSeconds : undefined;
    await backend.save(claim, encodeBase64(work.run.save()), progress, placements, keep);
    if (keep === undefined) return "saved";
    since = performance.now();
  }
}

/** Takes the search up where it stands, or begins it: with a budget of time, once its speed is known. */
async function begin(claim: ClaimedRun, breathe: number): Promise<Work> {
  const { run, state, input } = claim;
  const standing = leagueOf(input);
  const speed = claim.speed ?? cautious;
  if (standing.league.matchups.length === 0) {
    throw new LeagueError("invalid_matchup", "nobody is to meet: give match-ups or games, or another format");
  }
  if (state !== null) {
    const progress = { evaluations: run.done_evaluations };
    return { run: resumeRun(standing.league, decodeBase64(state)), standing, start: {}, speed, progress };
  }
  const from = run.started_from === "current" && standing.complete ? [...standing.placements] : undefined;
  const start: Partial<StoredProgress> = { started_from: from ? "current" : "scratch" };
  if (standing.complete) {
    // As the search counts, so that both ends can be compared.
    const { hard, soft } = penalty(stateOf(compileLeague(standing.league), standing.placements).state);
    Object.assign(start, { start_hard: hard, start_soft: soft });
  }
  const terms = { seed: run.seed, ...(from ? { from } : {}) };
  const progress = { evaluations: 0 };
  if (run.evaluations !== null) {
    const search = startRun(standing.league, { ...terms, evaluations: run.evaluations });
    return { run: search, standing, start, speed, progress };
  }
  const measured = await speedOf(startRun(standing.league, { ...terms, evaluations: 1_000_000 }), breathe);
  const evaluations = Math.max(1_000, roundedTo2(measured * 1_000 * run.seconds!));
  const search = startRun(standing.league, { ...terms, evaluations });
  return { run: search, standing, start, speed: measured, progress };
}

/**
 * Evaluations a millisecond of a search, tried for a while: by its last step, when the engine runs warm. The first step
 * may make tables that every later one uses, and tells nothing.
 */
async function speedOf(trial: Run, breathe: number): Promise<number> {
  let done = trial.advance(cautious * breathe).evaluations;
  let [spent, speed] = [0, 1];
  for (let step = cautious * breathe; spent < 200; step *= 2) {
    const since = performance.now();
    const progress = trial.advance(step);
    const took = performance.now() - since;
    spent += took;
    speed = (progress.evaluations - done) / Math.max(took, 0.1);
    done = progress.evaluations;
    if (progress.done) break;
    await pause();
  }
  return Math.max(speed, 1);
}

const roundedTo2 = (value: number): number => {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(value)) - 1);
  return Math.round(value / unit) * unit;
};

/** Goes on until the time is up; whether the run is over. The speed is measured on the way. */
async function advance(work: Work, terms: SliceOptions & typeof usual, since: number): Promise<boolean> {
  for (;;) {
    const left = terms.milliseconds - (performance.now() - since);
    if (left <= 0 || terms.signal?.aborted) return false;
    const begun = performance.now();
    const step = Math.max(1, Math.round(work.speed * Math.min(terms.breathe, left)));
    const after = work.run.advance(step);
    const speed = (after.evaluations - work.progress.evaluations) / Math.max(performance.now() - begun, 0.1);
    work.progress = after;
    // Never trust one lucky step.
    work.speed = Math.max(1, Math.min(work.speed * 2, 0.5 * work.speed + 0.5 * speed));
    if (after.done) return true;
    await pause();
  }
}

/** Lets whatever else waits in this thread run. */
const pause = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

function progressOf({ standing, speed, progress }: Work, best: Placement[], since: number): StoredProgress {
  const { evaluations, of, best: penalties } = progress;
  const violated = analyze(standing.league, best).constraints.filter(({ satisfied }) => !satisfied).length;
  const found = penalties && Number.isFinite(penalties.hard) ? penalties : {};
  return {
    evaluations,
    ...(of === undefined ? {} : { of }),
    ...found,
    ...(best.length > 0 ? { violated } : {}),
    milliseconds: Math.round(performance.now() - since),
    speed,
  };
}

/** What is wrong with the input, or the search, stays wrong: the run has failed. All else is tried again by whoever comes next. */
async function giveUp(claim: ClaimedRun, backend: RunBackend, failure: unknown): Promise<Outcome> {
  if (failure instanceof Problem && failure.status !== 422) throw failure;
  log.warn("a run failed", { run_id: claim.run.id, ...describeFailure(failure) });
  try {
    await backend.fail(claim, ...reasonOf(failure));
    return "failed";
  } catch (lost) {
    if (lost instanceof Problem && lost.code === "lease_lost") return "lost";
    throw lost;
  }
}

function reasonOf(failure: unknown): [code: string, message: string] {
  if (failure instanceof Problem) return [failure.code, failure.detail];
  if (failure instanceof LeagueError) return [failure.code, failure.message];
  return ["internal", "The search failed."];
}
