import { countConstraint } from "./count-constraint.ts";
import { gameOf, type GameSelection, gameSelection } from "./games.ts";
import { object, whole } from "./schemas.ts";
import { inWords, sentence } from "./wording.ts";

interface Params extends GameSelection {
  minimum?: number;
}

/** A game, or one of several, must be played in some rounds. */
export const requiredGame = countConstraint<Params>({
  type: "required_game",
  title: "Required game",
  description:
    "At least `minimum` games (one when left out) of those meant are played: a host, a visitor, two teams whoever hosts, each in any round " +
    "or in some.",
  penalty: "each missing game",
  schema: object({ ...gameSelection, minimum: whole("Games that are needed; one when left out", 1, 100) }, [], {
    minProperties: 1,
  }),
  example: {
    params: { home: "KU", when: { weekdays: ["monday"] } },
    says: "Kansas hosts at least one game on a Monday.",
  },
  counters(season, params) {
    const { counts, teams, slots, name } = gameOf(season, params);
    const minimum = params.minimum ?? 1;
    return [{
      counts,
      min: minimum,
      teams,
      slots,
      say: (words, count) =>
        sentence(
          name(words),
          `is needed ${minimum === 1 ? "once" : `${inWords(minimum)} times`}`,
          slots.length > 0 && words.slots(slots),
          count === 0 ? "and is not there" : `and is there ${count === 1 ? "once" : `${inWords(count)} times`}`,
        ),
    }];
  },
});
