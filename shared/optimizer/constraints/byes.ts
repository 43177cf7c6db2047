import { rowConstraint } from "./row-constraint.ts";
import { object, teams, when, whole } from "./schemas.ts";
import { slotsWhen, type When } from "./selection.ts";
import { many, sentence } from "./wording.ts";

interface Params {
  minimum?: number;
  maximum?: number;
  when?: When;
  consecutive?: number;
  teams?: string[];
}

/** How many idle rounds a team has, and where. */
export const byes = rowConstraint<Params>({
  type: "byes",
  title: "Byes",
  description:
    "Each team has at least `minimum` and at most `maximum` idle rounds among those that are meant, and at most `consecutive` of them in a " +
    "row. Maximum 0 says where no team may be idle.",
  penalty: "each idle round missing or too many, and each beyond `consecutive` in a row",
  schema: object(
    {
      minimum: whole("Least idle rounds", 0, 400),
      maximum: whole("Most idle rounds", 0, 400),
      when,
      consecutive: whole("Idle rounds in a row that are allowed", 1, 400),
      teams,
    },
    [],
    { anyOf: [{ required: ["minimum"] }, { required: ["maximum"] }, { required: ["consecutive"] }] },
  ),
  example: { params: { maximum: 0, when: { weekdays: ["saturday"] } }, says: "Nobody is idle on a Saturday." },
  measure: (season, { minimum = 0, maximum = Infinity, when, consecutive = Infinity }) => {
    const meant = slotsWhen(season, when);
    const slots = [...meant.keys()].filter((slot) => meant[slot]);
    const [first, last] = [slots[0] ?? 0, slots.at(-1) ?? 0];
    return (row, report) => {
      let idle = 0;
      let run = 0;
      for (let slot = 0, game = 0; slot < season.slots; slot++) {
        const plays = game < row.games && row.slot[game] === slot;
        if (plays) game++;
        if (meant[slot] && !plays) {
          idle++;
          if (++run > consecutive) report(1, slot - run + 1, slot, -run);
        } else run = 0;
      }
      if (idle < minimum) report(minimum - idle, first, last, idle);
      if (idle > maximum) report(idle - maximum, first, last, idle);
    };
  },
  say: (words, { minimum = 0, maximum, when }) => ({ team, from, to, detail, row }) => {
    if (detail < 0) {
      return sentence(words.team(team), "is idle", many(-detail, "round"), "in a row,", words.span(from, to));
    }
    const meant = slotsWhen(words.season, when);
    const plays = new Set(row.slot.subarray(0, row.games));
    const idle = [...meant.keys()].filter((slot) => meant[slot] && !plays.has(slot));
    return sentence(
      words.team(team),
      "has",
      many(detail, "idle round"),
      idle.length ? words.slots(idle) : words.span(from, to),
      detail < minimum ? `where ${minimum} are needed` : `where ${maximum} are allowed`,
    );
  },
});
