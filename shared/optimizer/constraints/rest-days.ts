import { amount, list, object, teams, whole } from "./schemas.ts";
import { rowConstraint } from "./row-constraint.ts";
import { legMiles } from "./team-row.ts";
import { many, miles, sentence } from "./wording.ts";

interface Params {
  minimum: number;
  by_distance?: { miles: number; minimum: number }[];
  teams?: string[];
}

/** Days off between games, more of them after a long way. */
export const restDays = rowConstraint<Params>({
  type: "rest_days",
  title: "Rest days between games",
  description:
    "Between two games a team has at least `minimum` days without one; more where the way from one to the other is long: of " +
    "`by_distance` the greatest that applies holds. The day after a game there are 0 rest days.",
  penalty: "each missing day",
  schema: object({
    minimum: whole("Days without a game between two games", 0, 60),
    by_distance: list(
      object({ miles: amount("From so many miles on"), minimum: whole("Days without a game", 0, 60) }, [
        "miles",
        "minimum",
      ]),
      "More rest for a longer way between the two games",
      1,
      10,
    ),
    teams,
  }, ["minimum"]),
  example: {
    params: { minimum: 1, by_distance: [{ miles: 1000, minimum: 2 }] },
    says: "A day off between games, two after 1,000 miles.",
  },
  measure: (season, { minimum, by_distance = [] }) => (row, report) => {
    for (let game = 0; game + 1 < row.games; game++) {
      const [from, to] = [row.slot[game]!, row.slot[game + 1]!];
      const rest = season.days[to]! - season.days[from]! - 1;
      let needed = minimum;
      for (const tier of by_distance) {
        if (tier.minimum > needed && legMiles(season, row, game) >= tier.miles) needed = tier.minimum;
      }
      if (rest < needed) report(needed - rest, from, to, rest);
    }
  },
  say: (words) => ({ team, from, to, detail, row }) => {
    const game = row.slot.indexOf(from);
    const way = legMiles(words.season, row, game);
    return sentence(
      words.team(team),
      detail < 0 ? "plays twice on a day" : `has ${many(detail, "rest day")}`,
      way > 0 && `and ${miles(way)} to go`,
      "between games",
      words.span(from, to),
    );
  },
});
