import { pack, unpack } from "./engine/saved.ts";
import { chunk, Search } from "./engine/search.ts";
import { State } from "./engine/state.ts";
import { type CompiledLeague, compileLeague, type League, type Placement } from "./league.ts";
import { placementsOf, stateOf } from "./placements.ts";
import type { Progress, Run, RunOptions } from "./run.ts";

/** A run of the general search: any league, any constraints. */
class SeasonRun implements Run {
  constructor(
    private readonly compiled: CompiledLeague,
    private readonly search: Search,
    private of: number,
  ) {}

  /** Whole chunks are searched: up to 511 evaluations more than asked for, once a run. */
  advance(evaluations: number): Progress {
    const { search } = this;
    const until = Math.min(this.of, search.standing.drawn + evaluations);
    while (search.standing.drawn < until) search.step(search.standing.drawn / this.of);
    return this.progress();
  }

  save(): Uint8Array {
    return pack(this.search.snapshot(), { of: this.of });
  }

  best(): Placement[] {
    const state = new State(this.compiled.problem);
    state.load(this.search.best.cells);
    return placementsOf(this.compiled, state);
  }

  retarget(evaluations: number): void {
    this.of = Math.max(evaluations, this.search.standing.drawn);
  }

  offer(placements: readonly Placement[]): void {
    const { state, clashes } = stateOf(this.compiled, placements);
    if (clashes.length === 0 && placements.length === this.compiled.season.games) this.search.offer(state.cells);
  }

  private progress(): Progress {
    const { scales } = this.compiled;
    const { hard, soft } = this.search.penalty();
    const { drawn } = this.search.standing;
    return {
      evaluations: drawn,
      of: this.of,
      best: { hard: hard / scales.hard, soft: soft / scales.soft },
      done: drawn >= this.of,
    };
  }
}

/** Starts the general search; see `startRun` in mod.ts. */
export function startSeasonRun(league: League, { seed, evaluations, from }: RunOptions): Run {
  const compiled = compileLeague(league);
  const given = from && startingCells(compiled, from);
  return new SeasonRun(compiled, new Search(compiled.problem, { seed, from: given }), Math.max(chunk, evaluations));
}

/** Takes up a run from what its `save` gave. */
export function resumeSeasonRun(league: League, saved: Uint8Array): Run {
  const compiled = compileLeague(league);
  const { snapshot, more } = unpack(saved);
  return new SeasonRun(compiled, new Search(compiled.problem, snapshot), (more as { of: number }).of);
}

/** The cells of a whole schedule; undefined where games are missing or two of a team are in one round. */
function startingCells(compiled: CompiledLeague, from: readonly Placement[]): Int16Array | undefined {
  const { state, clashes } = stateOf(compiled, from);
  return clashes.length === 0 && from.length === compiled.season.games ? state.cells : undefined;
}
