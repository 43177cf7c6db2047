import { z } from "@hono/zod-openapi";
import type { SupabaseClient } from "@supabase/supabase-js";
import { answerOf } from "../../../../shared/db/answer.ts";
import type { Database } from "../../../../shared/db/types.ts";
import { type Game, milesBetween, type PlayedGame } from "../../../../shared/predictions/mod.ts";

const optional = <Schema extends z.ZodType>(schema: Schema) =>
  schema.nullish().transform((value) => value ?? undefined);

/** What games are read with: see `scheduling.sides_of`. */
export const Sides = z.object({
  organization_id: z.string(),
  sport_id: z.string(),
  /** In order. */
  seasons: z.array(z.string()),
  teams: z.array(z.object({
    id: z.string(),
    division: optional(z.string()),
    latitude: optional(z.number()),
    longitude: optional(z.number()),
  })),
  venues: z.array(z.object({ id: z.string(), spectators: optional(z.number()) })),
});

const planned = [
  z.string(),
  z.string(),
  z.string(),
  optional(z.number()),
  z.string(),
  z.string(),
  optional(z.string()),
  z.boolean(),
] as const;
/** id, season, day, minute, home, away, venue, neutral; then attendance and scores. */
const PlayedRow = z.tuple([...planned, optional(z.number()), optional(z.number()), optional(z.number())]);
/** The same of a game that is to be played; then whether it is asked about. */
export const AheadRow = z.tuple([...planned, z.boolean()]);

export type GameReader = (row: readonly unknown[]) => Game;

/** Reads rows of games as the model takes them. */
export function gameReader({ seasons, teams, venues }: z.infer<typeof Sides>): GameReader {
  const place = new Map(seasons.map((season, place) => [season, place]));
  const team = new Map(teams.map((team) => [team.id, team]));
  const venue = new Map(venues.map(({ id, spectators }) => [id, spectators]));
  return (row) => {
    const [id, season, day, minute, home, away, at, neutral] = row as z.infer<typeof PlayedRow>;
    const [host, visitor] = [team.get(home), team.get(away)];
    const grouped = { homeGroup: host?.division, awayGroup: visitor?.division };
    const capacity = (at && venue.get(at)) || undefined;
    return {
      ...{ id, season: place.get(season) ?? -1, day, minute, home, away, venue: at, neutral, capacity },
      ...grouped,
      miles: host && visitor ? milesBetween(host, visitor) : undefined,
    };
  };
}

/** Older games than these are left out: what they say of the next ones is little, and each slice reads them all. */
export const mostGames = 8000;
const pageSize = 2000;

/** The played games of a sport, read a page at a time; a game that stands in several schedules counts once. */
export async function readPlayed(
  client: SupabaseClient<Database>,
  sport_id: string,
  read: GameReader,
): Promise<PlayedGame[]> {
  const found = new Map<string, PlayedGame>();
  let last: { before_day: string; before_id: string } | undefined;
  for (;;) {
    const page = z.array(PlayedRow).parse(
      await answerOf(client.rpc("played_games", { sport_id, page_size: pageSize, ...last })),
    );
    for (const row of page) {
      const game = read(row);
      const key = [game.day, game.home, game.away].join();
      const [attendance, homeScore, awayScore] = [row[8], row[9], row[10]];
      if (!found.get(key)?.attendance) found.set(key, { ...game, attendance, homeScore, awayScore });
    }
    if (page.length < pageSize || found.size >= mostGames) return [...found.values()].slice(0, mostGames);
    last = { before_day: page.at(-1)![2], before_id: page.at(-1)![0] };
  }
}
