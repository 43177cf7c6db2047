import { countConstraint } from "./count-constraint.ts";
import { list, object, team, text, when, whole } from "./schemas.ts";
import { slotsWhen, type When } from "./selection.ts";
import { LeagueError } from "../league-error.ts";
import { sentence } from "./wording.ts";

interface Params {
  teams: string[];
  when: When;
  home?: string;
  minimum?: number;
}

/** Rivals meet on a day or in a window. */
export const rivalry = countConstraint<Params>({
  type: "rivalry",
  title: "Rivalry on a date or in a window",
  description:
    "Two teams meet in the rounds that are meant, `minimum` times (once when left out), at `home` if that is given.",
  penalty: "each missing game",
  schema: object({
    teams: list(text("Id of a team"), "The two rivals", 2, 2),
    when,
    home: team,
    minimum: whole("Games in these rounds", 1, 10),
  }, ["teams", "when"]),
  example: {
    params: { teams: ["KU", "KSU"], when: { last: 1 }, home: "KSU" },
    says: "Kansas State hosts Kansas in the last round.",
  },
  counters(season, { teams, when, home: host, minimum = 1 }) {
    const [one, other] = [season.team(teams[0]!), season.team(teams[1]!)];
    if (one === other) throw new LeagueError("invalid_params", "a rivalry is between two teams");
    const meant = slotsWhen(season, when);
    const slots = [...meant.keys()].filter((slot) => meant[slot]);
    const at = host === undefined ? undefined : season.team(host);
    return [{
      counts: (home, away, slot) =>
        meant[slot] === 1 && (at === undefined || home === at) &&
        ((home === one && away === other) || (home === other && away === one)),
      min: minimum,
      teams: [one, other],
      slots,
      say: (words, count) =>
        sentence(
          words.teams([one, other]),
          count === 0 ? "do not meet" : `meet only ${count} times`,
          at !== undefined && `at ${words.team(at)}`,
          slots.length && slots.at(-1)! - slots[0]! === slots.length - 1
            ? words.span(slots[0]!, slots.at(-1)!)
            : words.slots(slots),
        ),
    }];
  },
});
