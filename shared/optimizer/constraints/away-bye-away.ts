import { rowConstraint } from "./row-constraint.ts";
import { object, teams, whole } from "./schemas.ts";
import { sentence } from "./wording.ts";

interface Params {
  minimum_days?: number;
  teams?: string[];
}

/** No idle round between two away games. */
export const awayByeAway = rowConstraint<Params>({
  type: "away_bye_away",
  title: "Away, bye, away",
  description:
    "No team has idle rounds between two away games. With `minimum_days` only when the two games are at least so many days apart.",
  penalty: "each such pair of away games",
  schema: object({ minimum_days: whole("Days from one game to the other from which it counts", 1, 366), teams }),
  example: { params: {}, says: "Nobody is away, idle and away again." },
  measure: (season, { minimum_days = 0 }) => (row, report) => {
    for (let game = 0; game + 1 < row.games; game++) {
      const [from, to] = [row.slot[game]!, row.slot[game + 1]!];
      if (row.home[game] || row.home[game + 1] || to === from + 1) continue;
      if (season.days[to]! - season.days[from]! >= minimum_days) report(1, from, to, to - from - 1);
    }
  },
  say: (words) => ({ team, from, to }) =>
    sentence(words.team(team), "is away, idle and away again", words.span(from, to)),
});
