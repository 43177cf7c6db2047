import type { State } from "../engine/state.ts";
import type { CompiledLeague, Placement } from "../league.ts";
import { LeagueError } from "../league-error.ts";
import { located } from "../placements.ts";

/** One change that a person makes to a schedule. Games are indexes in `League.matchups`. */
export type Edit =
  | { kind: "move"; matchup: number; round: number }
  | { kind: "swap_home"; matchup: number }
  | { kind: "swap"; matchups: [number, number] };

function placementOf(placements: readonly Placement[], matchup: number): Placement {
  const found = placements.find((placement) => placement.matchup === matchup);
  if (!found) throw new LeagueError("invalid_placement", `matchup ${matchup} is not placed`);
  return found;
}

/** The placements with the edit made, and those that it changed. */
export function edited(placements: readonly Placement[], edit: Edit): { after: Placement[]; changed: Placement[] } {
  const changes = new Map<number, Placement>();
  if (edit.kind === "swap") {
    const [one, other] = edit.matchups.map((matchup) => placementOf(placements, matchup)) as [Placement, Placement];
    changes.set(one.matchup, { ...one, round: other.round });
    changes.set(other.matchup, { ...other, round: one.round });
  } else {
    const before = placementOf(placements, edit.matchup);
    const { home, away } = before;
    changes.set(
      before.matchup,
      edit.kind === "move" ? { ...before, round: edit.round } : { ...before, home: away, away: home },
    );
  }
  const after = placements.map((placement) => changes.get(placement.matchup) ?? placement);
  return { after, changed: [...changes.values()] };
}

/** Games that stand in the way of those changed: of one of their teams in the same round, changed ones not counted. */
export function inTheWay(placements: readonly Placement[], changed: readonly Placement[]): Placement[] {
  const moved = new Set(changed.map(({ matchup }) => matchup));
  const rest = placements.filter(({ matchup }) => !moved.has(matchup));
  const meets = (one: Placement, { round, home, away }: Placement) =>
    one.round === round && [one.home, one.away].some((team) => team === home || team === away);
  const found = rest.filter((placement) => changed.some((change) => meets(change, placement)));
  const [first, second] = changed;
  return first && second && meets(first, second) ? [...found, second] : found;
}

/** Writes changed placements into a state as one move; undo() takes it back. */
export function writeEdit(
  compiled: CompiledLeague,
  state: State,
  before: readonly Placement[],
  changed: readonly Placement[],
): void {
  const cells = new Map<number, number>();
  for (const { matchup } of changed) {
    const { slot, home, away } = located(compiled, placementOf(before, matchup));
    for (const team of [home, away]) cells.set(team * state.slots + slot, -1);
  }
  for (const placement of changed) {
    const { slot, home, away } = located(compiled, placement);
    cells.set(home * state.slots + slot, away * 2 + 1);
    cells.set(away * state.slots + slot, home * 2);
  }
  for (const [cell, code] of cells) state.write(cell, code);
}
