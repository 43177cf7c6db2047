import { rowConstraint } from "./row-constraint.ts";
import { object, type Side, side, teams, when, whole } from "./schemas.ts";
import { onSide, slotsWhen, type When } from "./selection.ts";
import { manyGames, sentence } from "./wording.ts";

interface Params {
  side: Side;
  minimum?: number;
  maximum?: number;
  when?: When;
  first_games?: number;
  last_games?: number;
  teams?: string[];
}

/** Home (or away) games within rounds, or among a team's first or last games. */
export const homeGames = rowConstraint<Params>({
  type: "home_games",
  title: "Home or away games in some rounds",
  description:
    "Each team has at least `minimum` and at most `maximum` home (or away) games in the rounds that are meant, or among its first or last " +
    "games: two of the first four at home, four on weekends.",
  penalty: "each game missing or too many",
  schema: object(
    {
      side: side("Which games are counted"),
      minimum: whole("Least games", 0, 100),
      maximum: whole("Most games", 0, 100),
      when,
      first_games: whole("Among the team's first games", 1, 100),
      last_games: whole("Among the team's last games", 1, 100),
      teams,
    },
    ["side"],
    { anyOf: [{ required: ["minimum"] }, { required: ["maximum"] }] },
  ),
  example: {
    params: { side: "home", minimum: 2, maximum: 2, first_games: 4 },
    says: "Of their first four games all teams have two at home and two away.",
  },
  measure: (season, { side, minimum = 0, maximum = Infinity, when, first_games, last_games }) => {
    const meant = slotsWhen(season, when);
    return (row, report) => {
      const from = last_games === undefined ? 0 : Math.max(0, row.games - last_games);
      const to = Math.min(row.games, first_games ?? row.games);
      let count = 0;
      for (let game = from; game < to; game++) {
        if (meant[row.slot[game]!] && onSide(side, row.home[game]!)) count++;
      }
      const off = Math.max(minimum - count, count - maximum, 0);
      if (off > 0) report(off, row.slot[from]!, row.slot[to - 1]!, count);
    };
  },
  say: (words, { side, minimum = 0, maximum, first_games, last_games, when }) => ({ team, from, to, detail }) =>
    sentence(
      words.team(team),
      `has ${manyGames(detail, side)}`,
      first_games ? `among its first ${first_games}` : last_games ? `among its last ${last_games}` : "",
      when?.weekdays && `on ${when.weekdays.map((day) => `${day[0]!.toUpperCase()}${day.slice(1)}s`).join(" or ")}`,
      words.span(from, to),
      detail < minimum ? `where ${minimum} are needed` : `where ${maximum} are allowed`,
    ),
});
