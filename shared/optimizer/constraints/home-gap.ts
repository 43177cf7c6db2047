import { rowConstraint } from "./row-constraint.ts";
import { object, teams, whole } from "./schemas.ts";
import { many, sentence } from "./wording.ts";

interface Params {
  maximum_rounds: number;
  teams?: string[];
}

/** No more than so many rounds without a home game, idle ones counted. */
export const homeGap = rowConstraint<Params>({
  type: "home_gap",
  title: "Rounds without a home game",
  description: "A team has a home game at least every so many rounds; idle rounds and those at either end count.",
  penalty: "each round beyond the maximum in each gap",
  schema: object({ maximum_rounds: whole("Rounds in a row without a home game that are allowed", 1, 100), teams }, [
    "maximum_rounds",
  ]),
  example: { params: { maximum_rounds: 2 }, says: "Nobody goes three rounds without a home game." },
  measure: (season, { maximum_rounds }) => (row, report) => {
    let last = -1;
    for (let game = 0; game <= row.games; game++) {
      if (game < row.games && row.home[game] === 0) continue;
      const slot = game < row.games ? row.slot[game]! : season.slots;
      const gap = slot - last - 1;
      if (gap > maximum_rounds) report(gap - maximum_rounds, last + 1, slot - 1, gap);
      last = slot;
    }
  },
  say: (words) => ({ team, from, to, detail }) =>
    sentence(words.team(team), "has no home game for", many(detail, "round"), words.span(from, to)),
});
