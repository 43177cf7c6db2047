import type { Json } from "../../../../shared/db/types.ts";
import { Problem } from "../../../../shared/http/problem.ts";
import { checkEdit, type Edit as EngineEdit, type EditCheck } from "../../../../shared/optimizer/analysis/mod.ts";
import { effectOf } from "../../../../shared/optimizer/analysis/check-edit.ts";
import { inTheWay } from "../../../../shared/optimizer/analysis/edits.ts";
import type { Placement } from "../../../../shared/optimizer/league.ts";
import { located, stateOf } from "../../../../shared/optimizer/placements.ts";
import type { Judged } from "./leagues.ts";
import type { Edit } from "./schemas.ts";

/** What the calendar is asked of an edit: where each game would be. */
export function movesOf(edit: Edit, judged: Judged | undefined): Json[] {
  if (edit.kind === "turn") return [{ game_id: edit.game_id, turned: true }];
  if (edit.kind === "move") {
    const { kind: _, ...move } = edit;
    return [move];
  }
  const [one, other] = edit.game_ids;
  const roundOf = (id: string) => judged?.document.games.find((game) => game.id === id)?.round ?? null;
  return [{ game_id: one, round: roundOf(other) }, { game_id: other, round: roundOf(one) }];
}

const nothing: EditCheck = { possible: true, inTheWay: [], hard: 0, soft: 0, constraints: [], clashes: [] };

/** What an edit would do to the constraints. A game without a round yet is put into one. */
export function judgeEdit(judged: Judged, edit: Edit): EditCheck {
  const at = (id: string) => {
    const matchup = judged.matchupOf.get(id);
    if (matchup === undefined) throw new Problem("invalid_input", { detail: "The schedule has no such game." });
    return matchup;
  };
  const { league, placements, compiled } = judged;
  const check = (engineEdit: EngineEdit) => checkEdit(league, placements, engineEdit, compiled);
  if (edit.kind === "swap") return check({ kind: "swap", matchups: [at(edit.game_ids[0]), at(edit.game_ids[1])] });
  const matchup = at(edit.game_id);
  if (edit.kind === "turn") return check({ kind: "swap_home", matchup });
  if (edit.round === undefined) return nothing;
  const placed = placements.some((placement) => placement.matchup === matchup);
  return placed ? check({ kind: "move", matchup, round: edit.round }) : judgePlacing(judged, matchup, edit.round);
}

function judgePlacing(judged: Judged, matchup: number, round: number): EditCheck {
  const { placements, compiled, document, games } = judged;
  const game = document.games.find(({ id }) => id === games[matchup])!;
  const placement: Placement = { matchup, round, home: game.home_team_id, away: game.away_team_id };
  const blocking = inTheWay(placements, [placement]).map(({ matchup }) => matchup);
  if (blocking.length > 0) return { ...nothing, possible: false, reason: "team_busy", inTheWay: blocking };
  const { state } = stateOf(compiled, placements);
  const { slot, home, away } = located(compiled, placement);
  state.write(home * state.slots + slot, away * 2 + 1);
  state.write(away * state.slots + slot, home * 2);
  return { ...nothing, ...effectOf(compiled, state, placements, [...placements, placement]) };
}
