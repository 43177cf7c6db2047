import { gameCell } from "../engine/problem.ts";
import { gamesIn } from "./opponents.ts";
import { bounds, inSlots, listed, minSchema, parameters, robinxType, roundsSchema, slotsOf } from "./robinx.ts";

interface Parameters {
  /** Home and away team of each game. */
  meetings: [string, string][];
  rounds?: number[];
  min?: number;
  max?: number;
}

/** GA1: a number of certain games take place in some rounds. */
export const ga1 = robinxType<Parameters>({
  type: "GA1",
  title: "Certain games in some rounds",
  description:
    "At least `min` and at most `max` of the games take place in the rounds. Deviation: games beyond `max` or " +
    "short of `min`.",
  schema: parameters({
    meetings: {
      type: "array",
      minItems: 1,
      items: { type: "array", items: { type: "string", minLength: 1 }, minItems: 2, maxItems: 2 },
      description: "Games: home team, then away team",
    },
    rounds: roundsSchema,
    min: minSchema,
    max: { type: "integer", minimum: 0, description: "At most so many; all when left out" },
  }, ["meetings"]),
  example: {
    params: { meetings: [["KU", "KSU"]], rounds: [15, 16], min: 1, max: 1 },
    says: "Kansas hosts Kansas State in round 15 or 16.",
  },
  demands({ meetings, rounds, min, max = meetings.length }, league, head) {
    const slots = slotsOf(league, rounds);
    const games = meetings.flatMap(([home, away]) =>
      slots.map((slot) => gameCell(league, league.team(home), league.team(away), slot))
    );
    const names = meetings.map(([home, away]) =>
      `${league.teamName(league.team(away))} at ${league.teamName(league.team(home))}`
    );
    return [{
      term: { kind: "count", ...head, games, min, max },
      explain: (state) =>
        `${gamesIn(state, games)} of the games ${listed(names)} are played ${inSlots(league, slots)}; ` +
        `it should be ${bounds(min, max)}`,
    }];
  },
});
