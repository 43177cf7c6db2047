import { amount, object, oneOf, teams, when, whole } from "./schemas.ts";
import { rowConstraint } from "./row-constraint.ts";
import { slotsWhen, type When } from "./selection.ts";
import { sentence } from "./wording.ts";

interface Params {
  when: When;
  side: "home" | "away";
  preceded_by: "home" | "away";
  within_days?: number;
  except_within_miles?: number;
  teams?: string[];
}

/** A game in some rounds follows a game on a given side: "a road Monday game is preceded by a home Saturday game". */
export const precedingGame = rowConstraint<Params>({
  type: "preceding_game",
  title: "What comes before a game",
  description:
    "The game before an away (or home) game in the rounds that are meant is at home (or away). With `within_days` only when it is that near; " +
    "games of opponents within `except_within_miles` are let pass.",
  penalty: "each such game with another before it",
  schema: object({
    when,
    side: oneOf(["home", "away"], "The side of the games that are meant"),
    preceded_by: oneOf(["home", "away"], "The side of the game before"),
    within_days: whole("Days from the game before from which it does not matter", 1, 60),
    except_within_miles: amount("Miles to the opponent up to which it does not matter"),
    teams,
  }, ["when", "side", "preceded_by"]),
  example: {
    params: {
      when: { weekdays: ["monday"] },
      side: "away",
      preceded_by: "home",
      within_days: 3,
      except_within_miles: 150,
    },
    says: "Who is away on a Monday was at home on the Saturday before, unless it is near.",
  },
  measure: (season, { when, side, preceded_by, within_days = Infinity, except_within_miles = -1 }) => {
    const meant = slotsWhen(season, when);
    const [home, before] = [side === "home" ? 1 : 0, preceded_by === "home" ? 1 : 0];
    return (row, report) => {
      for (let game = 1; game < row.games; game++) {
        const [from, to] = [row.slot[game - 1]!, row.slot[game]!];
        if (!meant[to] || row.home[game] !== home || row.home[game - 1] === before) continue;
        if (season.days[to]! - season.days[from]! > within_days) continue;
        if (season.distance(row.team, row.opponent[game]!) <= except_within_miles) continue;
        report(1, from, to, row.opponent[game]!);
      }
    };
  },
  say: (words, { side, preceded_by }) => ({ team, from, to, detail }) =>
    sentence(
      words.team(team),
      side === "away" ? `plays at ${words.team(detail)}` : `hosts ${words.team(detail)}`,
      words.slot(to),
      preceded_by === "home" ? "without a home game before it:" : "without an away game before it:",
      "the one before is",
      words.slot(from),
    ),
});
