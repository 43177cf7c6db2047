import { deviation } from "../engine/plain.ts";
import type { State } from "../engine/state.ts";
import { type CompiledLeague, compileLeague, type League, type Placement } from "../league.ts";
import { stateOf } from "../placements.ts";
import { type Edit, edited, inTheWay, writeEdit } from "./edits.ts";
import { explained, termsByConstraint } from "./measure.ts";
import { clashesOf } from "./clashes.ts";
import type { Clash, ViolationReport } from "./types.ts";

/** What an edit does to one constraint. */
export interface ConstraintChange {
  constraint: string;
  type: string;
  name?: string;
  hard: boolean;
  /** Deviation before and after. */
  before: number;
  after: number;
  /** Change of weight times deviation. */
  penalty: number;
  change: "violated" | "worse" | "better" | "mended";
  /** What is violated after the edit; empty when mended. */
  violations: ViolationReport[];
}

/** What an edit would do. */
export interface EditCheck {
  /** Whether it can be made. When not, nothing else is computed. */
  possible: boolean;
  /** Why it cannot: a team plays another game in the round, or the game's sides may not be exchanged. */
  reason?: "team_busy" | "sides_fixed";
  /** Matchups of the games that stand in the way. */
  inTheWay: number[];
  /** Changes of the sums of penalties. */
  hard: number;
  soft: number;
  /** Constraints whose deviation changes: first those that become violated. */
  constraints: ConstraintChange[];
  /** What clashes after the edit and did not before. */
  clashes: Clash[];
}

const order = ["violated", "worse", "better", "mended"] as const;

/** What the move that a state holds changes, by constraint. The state is left with the move undone. */
export function changesOf(
  compiled: CompiledLeague,
  state: State,
  after: readonly Placement[],
  explain = true,
): ConstraintChange[] {
  const terms = termsByConstraint(compiled);
  const made = [...terms].map(([index, list]) => ({
    index,
    violations: list.map((term) => ({ term, deviation: deviation(state, term) })).filter((one) => one.deviation > 0),
  }));
  const reports = made.map(({ index, violations }) => ({
    index,
    after: violations.reduce((sum, one) => sum + one.deviation, 0),
    violations: explain && violations.length ? () => explained(compiled, state, after, index, violations) : () => [],
  }));
  const moved = state.cells.slice();
  state.undo();
  const before = new Map(
    [...terms].map(([index, list]) => [index, list.reduce((sum, term) => sum + deviation(state, term), 0)]),
  );
  const kept = state.cells.slice();
  const changed = reports.filter(({ index, after }) => after !== before.get(index));
  state.cells.set(moved);
  const found = changed.map(({ index, after, violations }): ConstraintChange => {
    const { id, type, name, hard, weight } = compiled.league.constraints[index]!;
    const earlier = before.get(index)!;
    const change = earlier === 0 ? "violated" : after === 0 ? "mended" : after > earlier ? "worse" : "better";
    return {
      constraint: id,
      type,
      ...(name === undefined ? {} : { name }),
      hard,
      before: earlier,
      after,
      penalty: weight * (after - earlier),
      change,
      violations: violations(),
    };
  });
  state.cells.set(kept);
  return found.sort((one, other) => order.indexOf(one.change) - order.indexOf(other.change));
}

/** Sums of the changes of penalties. */
export const penaltyChange = (changes: readonly ConstraintChange[], hard: boolean): number =>
  changes.reduce((sum, change) => sum + (change.hard === hard ? change.penalty : 0), 0);

/** What the move that a state holds, from `before` to `after`, does. The state is left with the move undone. */
export function effectOf(
  compiled: CompiledLeague,
  state: State,
  before: readonly Placement[],
  after: readonly Placement[],
): Pick<EditCheck, "hard" | "soft" | "constraints" | "clashes"> {
  const constraints = changesOf(compiled, state, after);
  const known = new Set(clashesOf(compiled.league, before).map(({ explanation }) => explanation));
  return {
    hard: penaltyChange(constraints, true),
    soft: penaltyChange(constraints, false),
    constraints,
    clashes: clashesOf(compiled.league, after).filter(({ explanation }) => !known.has(explanation)),
  };
}

/**
 * What one edit would do: which constraints become violated or mended, and by how much. A compiled league may be given
 * when several edits of one league are checked.
 *
 * ```ts
 * const { possible, constraints } = checkEdit(league, placements, { kind: "move", matchup: 12, round: 7 });
 * constraints.filter(({ change }) => change === "violated");
 * ```
 */
export function checkEdit(
  league: League,
  placements: readonly Placement[],
  edit: Edit,
  compiled: CompiledLeague = compileLeague(league),
): EditCheck {
  const { after, changed } = edited(placements, edit);
  const nothing = { hard: 0, soft: 0, constraints: [], clashes: [] };
  const sides = edit.kind === "swap_home" ? league.matchups[edit.matchup] : undefined;
  if (sides?.fixed || sides?.neutral) return { possible: false, reason: "sides_fixed", inTheWay: [], ...nothing };
  const blocking = inTheWay(placements, changed).map(({ matchup }) => matchup);
  if (blocking.length) return { possible: false, reason: "team_busy", inTheWay: blocking, ...nothing };
  const { state } = stateOf(compiled, placements);
  writeEdit(compiled, state, placements, changed);
  return { possible: true, inTheWay: [], ...effectOf(compiled, state, placements, after) };
}
