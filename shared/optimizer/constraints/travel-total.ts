import type { GroupTerm } from "../engine/terms.ts";
import type { Season } from "../season.ts";
import { conferenceType } from "./conference.ts";
import { amount, object, oneOf, teams, whole } from "./schemas.ts";
import { teamsOf } from "./selection.ts";
import { emptyRow, readRow } from "./team-row.ts";
import { seasonMiles, type TripRules } from "./trips.ts";
import { miles, sentence } from "./wording.ts";

interface Params extends TripRules {
  measure?: "total" | "difference";
  maximum: number;
  unit?: number;
  teams?: string[];
}

/** Miles of each team. */
function milesOfTeams(season: Season, params: Params): (cells: Int16Array) => Float64Array {
  const list = teamsOf(season, params.teams);
  const rows = list.map((team) => emptyRow(season, team));
  const found = new Float64Array(list.length);
  return (cells) => {
    for (let at = 0; at < list.length; at++) {
      found[at] = seasonMiles(season, readRow(rows[at]!, cells, list[at]! * season.slots), params);
    }
    return found;
  };
}

function measured({ measure = "total" }: Params, found: Float64Array): number {
  let [sum, least, most] = [0, Infinity, 0];
  for (const one of found) [sum, least, most] = [sum + one, Math.min(least, one), Math.max(most, one)];
  return measure === "total" ? sum : most - least;
}

/** All teams' miles together, or how unequal they are. */
export const travelTotal = conferenceType<Params>({
  type: "travel_total",
  title: "Total travel, or its balance",
  description:
    "All teams together travel at most `maximum` miles; with `measure` difference, the team that travels most and the one that travels " +
    "least differ by at most that much.",
  penalty: "miles beyond the maximum divided by `unit`",
  schema: object({
    measure: oneOf(["total", "difference"], "What is bounded; the total when left out"),
    maximum: amount("Miles that are allowed"),
    unit: amount("Miles that count as one; 100 when left out", 1, 1_000_000),
    home_after_days: whole(
      "Days between two away games from which a team goes home in between; never when left out",
      1,
    ),
    teams,
  }, ["maximum"]),
  example: { params: { maximum: 65_000 }, says: "The season has 65,000 miles at most." },
}, {
  compile(params, season, head) {
    const all = milesOfTeams(season, params);
    const unit = params.unit ?? 100;
    const term: GroupTerm = {
      ...head,
      kind: "group",
      teams: teamsOf(season, params.teams),
      group: (cells) => Math.ceil(Math.max(0, measured(params, all(cells)) - params.maximum) / unit - 1e-9),
    };
    return [term];
  },
  find(params, words, state, { deviation }) {
    const list = teamsOf(words.season, params.teams);
    const found = milesOfTeams(words.season, params)(state.cells);
    const total = measured(params, found);
    const [most, least] = [Math.max(...found), Math.min(...found)].map((one) => list[found.indexOf(one)]!);
    const text = params.measure === "difference"
      ? sentence(words.team(most!), `travels ${miles(total)} more than ${words.team(least!)},`)
      : sentence("the teams travel", `${miles(total)} together,`);
    const teams = params.measure === "difference" ? [most!, least!] : [];
    return [{ text: `${text} where ${miles(params.maximum)} are allowed`, deviation, teams, slots: [] }];
  },
});
