import { countConstraint } from "./count-constraint.ts";
import { gameOf, type GameSelection, gameSelection } from "./games.ts";
import { object, whole } from "./schemas.ts";
import { sentence } from "./wording.ts";

interface Params extends GameSelection {
  maximum?: number;
}

/** A game must not be played in some rounds. */
export const forbiddenGame = countConstraint<Params>({
  type: "forbidden_game",
  title: "Forbidden game",
  description:
    "At most `maximum` games (none when left out) of those meant are played: a host, a visitor, two teams whoever hosts, each in any round " +
    "or in some.",
  penalty: "each game beyond the maximum",
  schema: object({ ...gameSelection, maximum: whole("Games that are allowed; none when left out", 0, 100) }, [], {
    minProperties: 1,
  }),
  example: {
    params: { between: ["KU", "KSU"], when: { first: 2 } },
    says: "Kansas and Kansas State do not meet in the first two rounds.",
  },
  counters(season, params) {
    const { counts, teams } = gameOf(season, params);
    const maximum = params.maximum ?? 0;
    return [{
      counts,
      max: maximum,
      teams,
      say: (words, count, games) =>
        maximum === 0
          ? sentence(
            words.game(games[0]!.home, games[0]!.away),
            "is played",
            words.slot(games[0]!.slot),
            "and must not be",
          )
          : sentence(
            `${count} games are played`,
            words.slots(games.map(({ slot }) => slot)),
            `where ${maximum} are allowed`,
          ),
    }];
  },
});
