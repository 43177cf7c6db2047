import { rowConstraint } from "./row-constraint.ts";
import { list, object, teams, text, whole } from "./schemas.ts";
import { sentence } from "./wording.ts";

interface Params {
  pairs: string[][];
  maximum_days?: number;
  teams?: string[];
}

/** Who visits one travel partner visits the other on the same trip. */
export const travelPartners = rowConstraint<Params>({
  type: "travel_partners",
  title: "Travel partners",
  description:
    "A team that visits both partners of a pair visits them in consecutive games, at most `maximum_days` days apart when that is given.",
  penalty: "each visitor and pair that is not visited so",
  schema: object({
    pairs: list(list(text("Id of a team"), "Two partners", 2, 2), "The pairs of partners"),
    maximum_days: whole("Days from one visit to the other", 1, 60),
    teams: { ...teams, description: "The visitors it holds for; all when left out" },
  }, ["pairs"]),
  example: {
    params: { pairs: [["KU", "KSU"], ["UA", "ASU"]], maximum_days: 3 },
    says: "Kansas and Kansas State are visited on one trip.",
  },
  measure: (season, { pairs, maximum_days = Infinity }) => {
    const list = pairs.map(([one, other]) => [season.team(one!), season.team(other!)] as const);
    return (row, report) => {
      for (const [one, other] of list) {
        if (one === row.team || other === row.team) continue;
        let first = -1;
        let second = -1;
        let together = false;
        for (let game = 0; game < row.games; game++) {
          if (row.home[game]) continue;
          const at = row.opponent[game];
          if (at !== one && at !== other) continue;
          if (first >= 0 && row.opponent[first] !== at) {
            second = game;
            together ||= game === first + 1 &&
              season.days[row.slot[game]!]! - season.days[row.slot[first]!]! <= maximum_days;
          }
          first = first < 0 || row.opponent[first] !== at ? game : first;
        }
        if (second >= 0 && !together) {
          report(1, row.slot[Math.min(first, second)]!, row.slot[second]!, one * season.teams + other);
        }
      }
    };
  },
  say: (words) => ({ team, detail }) => {
    const [one, other] = [Math.floor(detail / words.season.teams), detail % words.season.teams];
    return sentence(words.team(team), "does not visit", words.teams([one, other]), "on one trip");
  },
});
