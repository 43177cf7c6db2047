import { Evaluator } from "../engine/evaluator.ts";
import { type MoveKind, moveKinds, Moves } from "../engine/moves.ts";
import { hardOf, softOf } from "../engine/packed.ts";
import type { State } from "../engine/state.ts";
import { type CompiledLeague, compileLeague, type League, type Placement } from "../league.ts";
import { LeagueError } from "../league-error.ts";
import { placementsOf, stateOf } from "../placements.ts";
import { changesOf, type ConstraintChange, penaltyChange } from "./check-edit.ts";
import { deviationOf, termsByConstraint } from "./measure.ts";
import { type GameChange, gameChanges, sayChanges } from "./game-changes.ts";

/** What is to be mended: a violated constraint, or a game that cannot be played in its round. */
export type Target = ({ constraint: string } | { matchup: number; notInRounds?: number[] }) & {
  /** Rounds up to this number were played and stay as they are. */
  playedThrough?: number;
  /** How many suggestions; 5 when left out. */
  limit?: number;
  /** Most games that a suggestion may change; 12 when left out. */
  mostGames?: number;
};

/** A way to mend it. */
export interface Suggestion {
  explanation: string;
  changes: GameChange[];
  /** Changes of the sums of penalties. */
  hard: number;
  soft: number;
  /** Constraints whose deviation changes. */
  constraints: ConstraintChange[];
}

interface Candidate {
  kind: MoveKind;
  a: number;
  b: number;
  slot: number;
  hard: number;
  soft: number;
  games: number;
}

/** All moves of the engine's neighbourhoods over teams and slots. */
function* neighbourhood({ teams, slots }: State): Generator<Pick<Candidate, "kind" | "a" | "b" | "slot">> {
  for (const kind of moveKinds) {
    if (kind === "swapRounds" || kind === "partialSwapRounds") {
      for (let r = 0; r < slots; r++) {
        for (let s = r + 1; s < slots; s++) {
          if (kind === "swapRounds") yield { kind, a: r, b: s, slot: 0 };
          else for (let team = 0; team < teams; team++) yield { kind, a: team, b: r, slot: s };
        }
      }
      continue;
    }
    for (let i = 0; i < teams; i++) {
      for (let j = i + 1; j < teams; j++) {
        if (kind === "swapHomes" || kind === "swapTeams") yield { kind, a: i, b: j, slot: 0 };
        else for (let slot = 0; slot < slots; slot++) yield { kind, a: i, b: j, slot };
      }
    }
  }
}

/** Whether what a state holds as a move mends the target. */
function mends(compiled: CompiledLeague, target: Target, state: State, at: Placement | undefined): () => boolean {
  const { season } = compiled;
  if ("constraint" in target) {
    const index = compiled.league.constraints.findIndex(({ id }) => id === target.constraint);
    if (index < 0) throw new LeagueError("unknown", `there is no constraint ${target.constraint}`);
    const terms = termsByConstraint(compiled).get(index) ?? [];
    const before = deviationOf(state, terms);
    return () => deviationOf(state, terms) < before;
  }
  if (!at) throw new LeagueError("invalid_placement", `matchup ${target.matchup} is not placed`);
  const [home, away] = [season.team(at.home), season.team(at.away)];
  const barred = new Set([at.round, ...target.notInRounds ?? []].map((round) => season.slot(round)));
  const meet = (slot: number) => state.cells[home * state.slots + slot]! >> 1 === away;
  const meetings = () => Array.from({ length: state.slots }, (_, slot) => slot).filter(meet);
  const before = meetings().filter((slot) => barred.has(slot)).length;
  return () => meetings().filter((slot) => barred.has(slot)).length < before;
}

function candidates(
  compiled: CompiledLeague,
  target: Target,
  evaluator: Evaluator,
  isMended: () => boolean,
): Candidate[] {
  const { state } = evaluator;
  const mostCells = 4 * (target.mostGames ?? 12);
  const played = compiled.league.rounds.filter(({ number }) => number <= (target.playedThrough ?? -Infinity)).length;
  const one = Object.fromEntries(moveKinds.map((kind) => [kind, 1])) as Record<MoveKind, number>;
  const moves = new Moves(state, evaluator.slotOfGame, one, { slots: state.slots, teams: state.teams });
  const found: Candidate[] = [];
  for (const move of neighbourhood(state)) {
    if (!moves.apply(move)) continue;
    const early = state.touched.subarray(0, state.size).some((cell) => cell % state.slots < played);
    if (early || state.size > mostCells || !isMended()) {
      state.undo();
      continue;
    }
    const change = evaluator.evaluate();
    found.push({ ...move, hard: hardOf(change), soft: softOf(change), games: state.size });
    evaluator.undo();
  }
  return found.sort((x, y) => x.hard - y.hard || x.soft - y.soft || x.games - y.games);
}

/**
 * The best few ways to mend a violated constraint or to move a game that cannot be played in its round: moves and swaps
 * of the optimizer's neighbourhoods, each with what it changes, the best first (hard penalty, then soft, then games
 * touched). The same schedule gives the same suggestions. Empty when no single move mends it.
 */
export function suggest(league: League, placements: readonly Placement[], target: Target): Suggestion[] {
  const compiled = compileLeague(league);
  const { state, clashes } = stateOf(compiled, placements);
  if (clashes.length) throw new LeagueError("invalid_placement", "a team plays twice in a round");
  const evaluator = new Evaluator(state);
  const at = "matchup" in target ? placements.find(({ matchup }) => matchup === target.matchup) : undefined;
  const isMended = mends(compiled, target, state, at);
  const suggestions: Suggestion[] = [];
  const seen = new Set<string>();
  const moves = new Moves(state, evaluator.slotOfGame, {
    swapHomes: 1,
    swapTeams: 1,
    swapRounds: 1,
    partialSwapTeams: 1,
    partialSwapTeamsPhased: 1,
    partialSwapRounds: 1,
  }, { slots: state.slots, teams: state.teams });
  for (const move of candidates(compiled, target, evaluator, isMended)) {
    if (suggestions.length >= (target.limit ?? 5)) break;
    moves.apply(move);
    const after = placementsOf(compiled, state);
    const changes = gameChanges(compiled, placements, after);
    const key = JSON.stringify(changes);
    const constraints = seen.has(key) ? [] : changesOf(compiled, state, after);
    state.undo();
    if (seen.has(key)) continue;
    seen.add(key);
    suggestions.push({
      explanation: sayChanges(compiled, changes),
      changes,
      hard: penaltyChange(constraints, true),
      soft: penaltyChange(constraints, false),
      constraints,
    });
  }
  return suggestions;
}
