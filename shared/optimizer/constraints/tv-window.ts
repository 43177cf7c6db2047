import { amount, list, object, team, text, when, whole } from "./schemas.ts";
import { countConstraint } from "./count-constraint.ts";
import { LeagueError } from "../league-error.ts";
import { slotsWhen, type When } from "./selection.ts";
import { manyGames, sentence } from "./wording.ts";

/** Parameters; `quality` says how good each team is. */
export interface TvWindowParams {
  window?: string;
  when: When;
  quality: { team: string; value: number }[];
  minimum_quality?: number;
  minimum: number;
  each_round?: boolean;
}

/** Quality of a game: the mean of its teams'. */
export const gameQuality = (values: Float64Array, home: number, away: number) => (values[home]! + values[away]!) / 2;

/** Enough good games for a broadcast window. */
export const tvWindow = countConstraint<TvWindowParams>({
  type: "tv_window",
  title: "TV window with quality games",
  description:
    "In the rounds of a broadcast window there are at least `minimum` games (with `each_round`: in each of them) whose quality, the mean of " +
    "the two teams', is at least `minimum_quality` (or that of the window). A team without a value counts 0.",
  penalty: "each missing game",
  schema: object({
    window: text("Id of the TV window; its minimum quality holds when none is given here"),
    when,
    quality: list(object({ team, value: amount("0 to 1", 0, 1) }, ["team", "value"]), "How good each team is"),
    minimum_quality: amount("Least quality of a game that counts", 0, 1),
    minimum: whole("Games that are needed", 1, 400),
    each_round: { type: "boolean", description: "In each round, not over all of them" },
  }, ["when", "quality", "minimum"]),
  example: {
    params: {
      when: { weekdays: ["monday"] },
      quality: [{ team: "KU", value: 0.95 }, { team: "BAY", value: 0.85 }, { team: "TTU", value: 0.8 }],
      minimum_quality: 0.8,
      minimum: 1,
      each_round: true,
    },
    says: "Each Monday has a game of two of the best.",
  },
  counters(season, params) {
    const window = season.league.windows?.find(({ id }) => id === params.window);
    if (params.window !== undefined && !window) {
      throw new LeagueError("unknown", `there is no TV window ${params.window}`);
    }
    const least = params.minimum_quality ?? window?.minimumQuality ?? 0;
    const values = new Float64Array(season.teams);
    for (const { team, value } of params.quality) values[season.team(team)] = value;
    const meant = slotsWhen(season, params.when);
    const slots = [...meant.keys()].filter((slot) => meant[slot]);
    const groups = params.each_round ? slots.map((slot) => [slot]) : [slots];
    return groups.map((group) => ({
      counts: (home, away, slot) => group.includes(slot) && gameQuality(values, home, away) >= least - 1e-9,
      min: params.minimum,
      teams: [],
      slots: group,
      say: (words, count) =>
        sentence(
          window?.name ?? "the TV window",
          "has",
          manyGames(count),
          least > 0 && `of quality ${least} or more`,
          group.length === 1 ? words.slot(group[0]!) : words.slots(group),
          `where ${params.minimum} ${params.minimum === 1 ? "is" : "are"} needed`,
        ),
    }));
  },
});
