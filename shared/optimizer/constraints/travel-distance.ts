import { amount, object, teams, whole } from "./schemas.ts";
import { rowConstraint } from "./row-constraint.ts";
import { seasonMiles, type TripRules } from "./trips.ts";
import { miles, sentence } from "./wording.ts";

interface Params extends TripRules {
  maximum_per_team?: number;
  unit?: number;
  teams?: string[];
}

/** Miles of each team beyond a maximum. */
export const travelDistance = rowConstraint<Params>({
  type: "travel_distance",
  title: "Travel distance",
  description:
    "A team travels at most so many miles in the season; without a maximum every mile counts, so that a soft constraint makes the " +
    "season's travel short. A team goes from one away game straight to the next, and home in between only when that is " +
    "`home_after_days` days or more away.",
  penalty: "miles beyond the maximum, of each team, divided by `unit`",
  schema: object({
    maximum_per_team: amount("Miles of one team that are allowed"),
    unit: amount("Miles that count as one; 100 when left out", 1, 1_000_000),
    home_after_days: whole(
      "Days between two away games from which a team goes home in between; never when left out",
      1,
    ),
    teams,
  }),
  example: {
    params: { maximum_per_team: 9000, unit: 100 },
    says: "Nobody travels more than 9,000 miles; each started 100 miles more count one.",
  },
  measure: (season, params) => {
    const allowed = params.maximum_per_team ?? 0;
    const unit = params.unit ?? 100;
    return (row, report) => {
      const total = seasonMiles(season, row, params);
      if (total > allowed) report((total - allowed) / unit, row.slot[0]!, row.slot[row.games - 1]!, total);
    };
  },
  say: (words, { maximum_per_team: maximum }) => ({ team, detail }) =>
    sentence(words.team(team), "travels", miles(detail), maximum !== undefined && `of ${miles(maximum)} allowed`),
});
