import { rowConstraint } from "./row-constraint.ts";
import { object, oneOf, teams, whole } from "./schemas.ts";
import { manyGames, sentence } from "./wording.ts";

interface Params {
  maximum_difference: number;
  by?: "month" | "half" | "quarter";
  teams?: string[];
}

/** Home and away games balanced in each part of the season. */
export const monthlyBalance = rowConstraint<Params>({
  type: "monthly_balance",
  title: "Home and away balanced by month",
  description:
    "In each month (or half, or quarter of the rounds) a team's home and away games differ by at most `maximum_difference`.",
  penalty: "each game of difference beyond the maximum, of each month",
  schema: object({
    maximum_difference: whole("Difference that is allowed", 0, 100),
    by: oneOf(["month", "half", "quarter"], "Parts of the season; months when left out"),
    teams,
  }, ["maximum_difference"]),
  example: { params: { maximum_difference: 2 }, says: "In each month home and away games differ by two at most." },
  measure: (season, { maximum_difference, by = "month" }) => {
    const parts = by === "half" ? 2 : 4;
    const names = Array.from(
      { length: season.slots },
      (_, slot) => by === "month" ? season.month(slot) : String(Math.floor(slot * parts / season.slots)),
    );
    const part = Int16Array.from(names, (name) => names.indexOf(name));
    return (row, report) => {
      for (let start = 0; start < row.games;) {
        let home = 0;
        let end = start;
        while (end < row.games && part[row.slot[end]!] === part[row.slot[start]!]) home += row.home[end++]!;
        const difference = Math.abs(2 * home - (end - start));
        if (difference > maximum_difference) {
          report(
            difference - maximum_difference,
            row.slot[start]!,
            row.slot[end - 1]!,
            home * 1000 + end - start - home,
          );
        }
        start = end;
      }
    };
  },
  say: (words) => ({ team, from, to, detail }) =>
    sentence(
      words.team(team),
      `has ${manyGames(Math.floor(detail / 1000), "home")} and ${manyGames(detail % 1000, "away")}`,
      words.span(from, to),
    ),
});
