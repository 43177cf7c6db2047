import { rowConstraint } from "./row-constraint.ts";
import { object, type Side, side, teams, whole } from "./schemas.ts";
import { onSide } from "./selection.ts";
import { manyGames, sentence } from "./wording.ts";

interface Params {
  maximum: number;
  days?: number;
  rounds?: number;
  side?: Side;
  teams?: string[];
}

/** At most so many games in any span of days or rounds: "no Saturday-Monday-Wednesday". */
export const gamesInSpan = rowConstraint<Params>({
  type: "games_in_span",
  title: "Games in any span of days",
  description: "A team has at most `maximum` games in any `days` days, or in any `rounds` rounds, in a row.",
  penalty: "each game that makes a span too full: a game counts when it and the `maximum` before it fit the span",
  schema: object(
    {
      maximum: whole("Games that are allowed", 1, 100),
      days: whole("Days of the span, first and last counted", 1, 366),
      rounds: whole("Rounds of the span, first and last counted", 1, 400),
      side: side("Which games are counted; all when left out"),
      teams,
    },
    ["maximum"],
    { oneOf: [{ required: ["days"] }, { required: ["rounds"] }] },
  ),
  example: { params: { maximum: 2, days: 5 }, says: "Nobody plays Saturday, Monday and Wednesday." },
  measure: (season, { maximum, days = Infinity, rounds = Infinity, side }) => {
    const recent = new Int16Array(season.slots);
    return (row, report) => {
      let counted = 0;
      for (let game = 0; game < row.games; game++) {
        if (!onSide(side, row.home[game]!)) continue;
        const slot = row.slot[game]!;
        recent[counted++] = slot;
        if (counted <= maximum) continue;
        const first = recent[counted - 1 - maximum]!;
        if (season.days[slot]! - season.days[first]! < days && slot - first < rounds) {
          report(1, first, slot, maximum + 1);
        }
      }
    };
  },
  say: (words, { days, rounds, side }) => ({ team, from, to, detail }) =>
    sentence(
      words.team(team),
      "has",
      manyGames(detail, side),
      days === undefined ? `within ${rounds} rounds,` : `within ${days} days,`,
      words.span(from, to),
    ),
});
