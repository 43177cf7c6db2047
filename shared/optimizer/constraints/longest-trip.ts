import { amount, object, teams, whole } from "./schemas.ts";
import { rowConstraint } from "./row-constraint.ts";
import { eachTrip, type TripRules } from "./trips.ts";
import { many, manyGames, miles, sentence } from "./wording.ts";

interface Params extends TripRules {
  maximum_miles?: number;
  maximum_days?: number;
  maximum_games?: number;
  unit?: number;
  teams?: string[];
}

/** Miles, days and games of one trip. */
export const longestTrip = rowConstraint<Params>({
  type: "longest_trip",
  title: "Longest trip",
  description:
    "A trip, from leaving home to being back, has at most so many miles, days from its first to its last game, or games. A team goes " +
    "home between two away games only when they are `home_after_days` days or more apart.",
  penalty: "of each trip: miles beyond the maximum divided by `unit`, days beyond it, games beyond it",
  schema: object(
    {
      maximum_miles: amount("Miles of one trip that are allowed"),
      maximum_days: whole("Days from the first to the last game of a trip, both counted", 1),
      maximum_games: whole("Games of one trip", 1, 100),
      unit: amount("Miles that count as one; 100 when left out", 1, 1_000_000),
      home_after_days: whole(
        "Days between two away games from which a team goes home in between; never when left out",
        1,
      ),
      teams,
    },
    [],
    { minProperties: 1 },
  ),
  example: {
    params: { maximum_miles: 2500, maximum_days: 8, home_after_days: 5 },
    says: "No trip is longer than 2,500 miles or eight days; five days between games are spent at home.",
  },
  measure: (season, params) => {
    const { maximum_miles = Infinity, maximum_days = Infinity, maximum_games = Infinity, unit = 100 } = params;
    return (row, report) =>
      eachTrip(season, row, params, (first, last, length) => {
        const [from, to] = [row.slot[first]!, row.slot[last]!];
        const days = season.days[to]! - season.days[from]! + 1;
        if (length > maximum_miles) report((length - maximum_miles) / unit, from, to, length);
        if (days > maximum_days) report(days - maximum_days, from, to, -days);
        if (last - first + 1 > maximum_games) {
          report(last - first + 1 - maximum_games, from, to, (first - last - 1) * 1000);
        }
      });
  },
  say: (words) => ({ team, from, to, detail }) => {
    const size = detail > 0 ? miles(detail) : detail <= -1000 ? manyGames(detail / -1000) : many(-detail, "day");
    return sentence(words.team(team), "is on a trip of", size, words.span(from, to));
  },
});
