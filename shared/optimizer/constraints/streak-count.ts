import { rowConstraint } from "./row-constraint.ts";
import { object, type Side, side, teams, whole } from "./schemas.ts";
import { onSide } from "./selection.ts";
import { many, sentence } from "./wording.ts";

interface Params {
  side: Side;
  length: number;
  maximum: number;
  teams?: string[];
}

/** At most so many streaks in a season: "no school plays two sets of back-to-back road games". */
export const streakCount = rowConstraint<Params>({
  type: "streak_count",
  title: "Number of long streaks",
  description: "A team has at most `maximum` streaks of `length` or more home (or away) games in a row.",
  penalty: "each streak beyond the maximum",
  schema: object({
    side: side("Which games are counted; `any` counts streaks of either kind"),
    length: whole("Games in a row that make a streak", 2, 100),
    maximum: whole("Streaks that are allowed", 0, 100),
    teams,
  }, ["side", "length", "maximum"]),
  example: { params: { side: "away", length: 2, maximum: 1 }, says: "Nobody has two sets of back-to-back away games." },
  measure: (_season, { side, length, maximum }) => (row, report) => {
    let streaks = 0;
    for (let start = 0; start < row.games;) {
      let end = start + 1;
      while (end < row.games && row.home[end] === row.home[start]) end++;
      if (end - start >= length && onSide(side, row.home[start]!) && ++streaks > maximum) {
        report(1, row.slot[start]!, row.slot[end - 1]!, streaks);
      }
      start = end;
    }
  },
  say: (words, { side, length, maximum }) => ({ team, from, to }) =>
    sentence(
      words.team(team),
      `has more than ${many(maximum, "streak")} of ${length} or more`,
      side === "any" ? "home or away games:" : `${side} games:`,
      "another",
      words.span(from, to),
    ),
});
