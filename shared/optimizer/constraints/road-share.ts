import { rowConstraint } from "./row-constraint.ts";
import { object, oneOf, type Side, teams, whole } from "./schemas.ts";
import { onSide } from "./selection.ts";
import { inWords, sentence } from "./wording.ts";

interface Params {
  of: number;
  maximum: number;
  side?: Side;
  at?: "anywhere" | "first" | "last";
  teams?: string[];
}

/** At most k of any m games in a row away: "no 4 of 5 on the road". */
export const roadShare = rowConstraint<Params>({
  type: "road_share",
  title: "Away games among games in a row",
  description:
    "Of any `of` games in a row of a team, or of its first or last ones, at most `maximum` are away (or at home). Idle rounds are not counted.",
  penalty: "each game beyond the maximum, of each run of that length",
  schema: object({
    of: whole("Games in a row that are looked at", 2, 100),
    maximum: whole("Away games among them that are allowed", 0, 100),
    side: oneOf(["home", "away"], "Which games are counted; away when left out"),
    at: oneOf(["anywhere", "first", "last"], "Which runs: any, or the season's first or last; any when left out"),
    teams,
  }, ["of", "maximum"]),
  example: { params: { of: 5, maximum: 3 }, says: "Nobody plays four of five games on the road." },
  measure: (_season, { of, maximum, side = "away", at = "anywhere" }) => (row, report) => {
    const first = at === "last" ? row.games - of : 0;
    const last = at === "first" ? 0 : row.games - of;
    for (let start = Math.max(0, first); start <= last; start++) {
      let count = 0;
      for (let game = start; game < start + of && game < row.games; game++) if (onSide(side, row.home[game]!)) count++;
      if (count > maximum) {
        report(count - maximum, row.slot[start]!, row.slot[Math.min(start + of, row.games) - 1]!, count);
      }
    }
  },
  say: (words, { of, side = "away" }) => ({ team, from, to, detail }) =>
    sentence(
      words.team(team),
      `plays ${inWords(detail)} of ${inWords(of)} games ${side === "away" ? "away" : "at home"}`,
      words.span(from, to),
    ),
});
