import { z } from "@hono/zod-openapi";
import { cursor, id, instant, limit } from "../../../../shared/http/schemas.ts";
import { changesOf, day, ListQuery, pageOf, timeOfDay, version } from "../schemas.ts";

const status = z.enum(["scheduled", "postponed", "cancelled", "played"]);
const count = z.int().min(0).max(2_000_000_000);
const note = z.string().max(1000).nullable();

export const Game = z.object({
  id,
  organization_id: id,
  schedule_id: id,
  round: z.int().nullable().openapi({ description: "Null: outside of the rounds." }),
  plays_on: day.openapi({ description: "The day at the venue." }),
  starts_at: instant.nullable().openapi({ description: "Null: to be announced." }),
  ends_at: instant.nullable(),
  venue_id: id.nullable(),
  home_team_id: id,
  away_team_id: id,
  neutral: z.boolean().openapi({ description: "At neither side's home." }),
  tv_window_id: id.nullable(),
  status,
  published: z.boolean().openapi({ description: "Whether it stands in the calendar." }),
  attendance: count.nullable(),
  home_score: count.nullable(),
  away_score: count.nullable(),
  note,
  version: version.openapi({ description: "Counts the changes of the game; also its ETag." }),
  created_at: instant,
  updated_at: instant,
}).openapi("Game");

export const GamePage = pageOf(Game).openapi("GamePage");

const filters = {
  team_id: id.optional().openapi({ description: "At home or away." }),
  venue_id: id.optional(),
  from: day.optional().openapi({ description: "Played on this day or later." }),
  to: day.optional().openapi({ description: "On this day or before." }),
  status: status.optional(),
};
export const GamesQuery = ListQuery.extend(filters);
export const ScheduleGamesQuery = z.object({
  ...filters,
  round: z.coerce.number().int().min(1).optional(),
  limit: limit(200, 50),
  cursor,
});

const fields = {
  home_team_id: id,
  away_team_id: id,
  round: z.int().min(1).max(1000).nullable(),
  plays_on: day.openapi({ description: "Else the round's day." }),
  starts_at: instant.nullable().openapi({ description: "An instant, or null: to be announced. Else as the round." }),
  starts: timeOfDay.nullable().openapi({ description: "In place of starts_at: wall clock at the venue." }),
  ends_at: instant.openapi({ description: "Else as long as the sport's games last." }),
  venue_id: id.nullable().openapi({ description: "Else the home side's, unless neutral." }),
  neutral: z.boolean(),
  tv_window_id: id.nullable(),
  note,
};

export const AddGame = z.strictObject(fields).partial().required({ home_team_id: true, away_team_id: true })
  .openapi("AddGame");
export const ChangeGame = changesOf(fields).openapi("ChangeGame");
export const PutGames = z.strictObject({
  games: z.array(z.strictObject(fields).partial().extend({ id: id.optional() })).max(20_000).openapi({
    description: "With the `id` of a game, what is not said stays.",
  }),
}).openapi("PutGames");
export const GamesPut = z.object({
  schedule_id: id,
  changed: z.int().openapi({ description: "How many games were added, changed or removed." }),
  version: version.openapi({ description: "Of the schedule; also its ETag." }),
}).openapi("GamesPut");

export const CallOff = z.strictObject({ note: z.string().max(1000).optional() }).openapi("CallOffGame");
export const Reinstate = z.strictObject(fields).partial().openapi("ReinstateGame");
export const Result = z.strictObject({ home_score: count, away_score: count, attendance: count }).partial()
  .openapi("GameResult");
