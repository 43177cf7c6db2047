import type { GroupTerm } from "../engine/terms.ts";
import type { Season } from "../season.ts";
import { conferenceType } from "./conference.ts";
import { object, teams, whole } from "./schemas.ts";
import { teamsOf } from "./selection.ts";
import { manyGames, sentence } from "./wording.ts";

interface Params {
  maximum: number;
  minimum_days?: number;
  teams?: string[];
}

/** Slots in which `team` meets an opponent that was idle before, while it was not itself. */
function afterByes(season: Season, { minimum_days = 0 }: Params, cells: Int16Array, team: number): number[] {
  const { slots, days } = season;
  const met: number[] = [];
  const isIdle = (who: number, slot: number) => {
    if (cells[who * slots + slot - 1]! >= 0) return false;
    if (minimum_days === 0) return true;
    let last = slot - 1;
    while (last >= 0 && cells[who * slots + last]! < 0) last--;
    return last >= 0 && days[slot]! - days[last]! >= minimum_days;
  };
  for (let slot = 1; slot < slots; slot++) {
    const code = cells[team * slots + slot]!;
    if (code >= 0 && isIdle(code >> 1, slot) && !isIdle(team, slot)) met.push(slot);
  }
  return met;
}

/** No team meets too many opponents who are rested after a bye. */
export const byeAdvantage = conferenceType<Params>({
  type: "bye_advantage",
  title: "Opponents coming off a bye",
  description:
    "A team that played in the round before meets at most `maximum` opponents that were idle in it. With `minimum_days` only those count " +
    "whose last game is at least so many days ago.",
  penalty: "each such game beyond the maximum, of each team",
  schema: object({
    maximum: whole("Games against rested opponents that are allowed", 0, 100),
    minimum_days: whole("Days since the opponent's last game", 1, 60),
    teams,
  }, ["maximum"]),
  example: { params: { maximum: 2 }, says: "Nobody meets more than two opponents coming off an open week." },
}, {
  compile(params, season, head) {
    const all = teamsOf(season);
    return teamsOf(season, params.teams).map((team): GroupTerm & { team: number } => ({
      ...head,
      kind: "group",
      teams: all,
      team,
      group: (cells) => Math.max(0, afterByes(season, params, cells, team).length - params.maximum),
    }));
  },
  find(params, words, state, { term, deviation }) {
    const { team } = term as GroupTerm & { team: number };
    const slots = afterByes(words.season, params, state.cells, team);
    const text = sentence(
      words.team(team),
      `meets opponents coming off a bye in ${manyGames(slots.length)},`,
      `where ${params.maximum} are allowed:`,
      words.slots(slots),
    );
    return [{ text, deviation, teams: [team], slots }];
  },
});
