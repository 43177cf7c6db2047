import { rowConstraint } from "./row-constraint.ts";
import { object, type Side, side, teams, whole } from "./schemas.ts";
import { onSide } from "./selection.ts";
import { manyGames, sentence } from "./wording.ts";

interface Params {
  side: Side;
  maximum: number;
  teams?: string[];
}

/** At most so many home games, away games or games in a row. */
export const consecutiveGames = rowConstraint<Params>({
  type: "consecutive_games",
  title: "Consecutive home or away games",
  description:
    "A team plays at most `maximum` home (or away) games in a row. An idle round does not end a streak; with side `any` it does.",
  penalty: "each game of a streak beyond the maximum",
  schema: object({
    side: side("Which games are counted"),
    maximum: whole("Games in a row that are allowed", 1, 100),
    teams,
  }, ["side", "maximum"]),
  example: { params: { side: "away", maximum: 2 }, says: "Nobody plays more than two away games in a row." },
  measure: (_season, { side, maximum }) => (row, report) => {
    for (let start = 0; start < row.games;) {
      let end = start + 1;
      if (side === "any") {
        while (end < row.games && row.slot[end] === row.slot[end - 1]! + 1) end++;
      } else {
        while (end < row.games && row.home[end] === row.home[start]) end++;
      }
      if (end - start > maximum && onSide(side, row.home[start]!)) {
        report(end - start - maximum, row.slot[start]!, row.slot[end - 1]!, end - start);
      }
      start = end;
    }
  },
  say: (words, { side }) => ({ team, from, to, detail }) =>
    sentence(words.team(team), "plays", manyGames(detail, side), "in a row", words.span(from, to)),
});
