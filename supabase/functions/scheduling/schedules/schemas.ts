import { z } from "@hono/zod-openapi";
import { id, instant } from "../../../../shared/http/schemas.ts";
import { changesOf, code, day, division, ListQuery, name, pageOf, timeOfDay, version } from "../schemas.ts";

const format = z.enum(["single_round_robin", "double_round_robin", "partial_round_robin", "custom"]).openapi({
  description:
    "Each pair once, twice (home and away), some pairs (`games_per_team` or `matchups`), or just the `matchups` given.",
});
const status = z.enum(["draft", "published", "archived"]);
const gamesPerTeam = z.int().min(1).max(400).nullable().openapi({ description: "Of partial_round_robin alone." });
const phased = z.boolean().openapi({
  description: "Of double_round_robin: each pair meets once before any meets twice.",
});
const starts = timeOfDay.nullable().openapi({ description: "When games of it start, at the venue's wall clock." });

export const Schedule = z.object({
  id,
  organization_id: id,
  season_id: id,
  name,
  format,
  games_per_team: gamesPerTeam,
  phased,
  status,
  latest_version: z.int().openapi({ description: "Number of the newest version kept; 0: none yet." }),
  published_at: instant.nullable(),
  version: version.openapi({ description: "Counts the changes of it, its games and constraints; also the ETag." }),
  created_by: id.nullable(),
  created_at: instant,
  updated_at: instant,
}).openapi("Schedule");

const Matchup = z.object({
  home_team_id: id,
  away_team_id: id,
  games: z.int().min(1).max(20).openapi({ description: "How often they meet so." }),
  home_is_fixed: z.boolean().openapi({
    description: "Whether the home side is given; else the optimizer may turn it.",
  }),
}).openapi("Matchup");

export const ScheduleDetails = Schedule.extend({
  rounds: z.array(z.object({ number: z.int(), plays_on: day, starts }).openapi("Round")),
  teams: z.array(
    z.object({
      team_id: id,
      name,
      code,
      division: division.nullable(),
      venue_id: id.nullable(),
      active: z.boolean(),
    }).openapi("ScheduleTeam"),
  ),
  matchups: z.array(Matchup),
}).openapi("ScheduleDetails");

export const SchedulePage = pageOf(Schedule).openapi("SchedulePage");
export const SchedulesQuery = ListQuery.extend({
  sport_id: id.optional(),
  season_id: id.optional(),
  status: status.optional(),
  format: format.optional(),
});

const RoundPlan = z.strictObject({
  from: day.optional().openapi({ description: "First day of the window; else of the season." }),
  until: day.optional().openapi({ description: "Last day of it." }),
  weekdays: z.array(z.int().min(1).max(7)).min(1).max(7).optional().openapi({ description: "1 is Monday." }),
  every_days: z.int().min(1).max(366).optional().openapi({ description: "In place of weekdays, from the first day." }),
  count: z.int().min(1).max(1000).optional().openapi({ description: "How many; else as many as there are." }),
  starts: starts.optional(),
  except: z.array(day).max(1000).optional(),
}).openapi("RoundPlan");

const fields = {
  name: name.openapi({ example: "Conference schedule" }),
  format,
  games_per_team: gamesPerTeam,
  phased,
  teams: z.array(z.union([id, z.strictObject({ team_id: id, division: division.nullable().optional() })])).max(500)
    .openapi({ description: "Ids, or with a division in place of the team's own." }),
  rounds: z.union([
    RoundPlan,
    z.array(z.union([day, z.strictObject({ number: z.int().optional(), plays_on: day, starts: starts.optional() })]))
      .max(1000),
  ]).openapi({ description: "Days, or a rule for them. Numbered in the order of their days." }),
  matchups: z.array(
    z.strictObject(Matchup.shape).partial({ games: true, home_is_fixed: true }),
  ).max(20_000).openapi({ description: "Of partial_round_robin and custom." }),
};

export const CreateSchedule = z.strictObject(fields).partial()
  .extend({ season_id: id, name: fields.name, format }).openapi("CreateSchedule");
export const ChangeSchedule = changesOf(fields).openapi("ChangeSchedule");
export const CopySchedule = z.strictObject({ name: fields.name }).openapi("CopySchedule");
