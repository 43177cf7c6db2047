import { z } from "zod";
import { id, instant, of } from "./definition.ts";
import { optimizationEvents } from "./optimization-events.ts";

const none = z.object({});
const ofSport = z.object({ sport_id: id });
const ofSeason = z.object({ season_id: id });
const venue = z.object({ active: z.boolean() });
const team = z.object({ sport_id: id, active: z.boolean() });
const schedule = z.object({ season_id: id, status: z.enum(["draft", "published", "archived"]) });
const schedules = of("schedule");
const count = z.int().min(0);
const game = z.object({
  schedule_id: id,
  status: z.enum(["scheduled", "postponed", "cancelled", "played"]),
  published: z.boolean(),
  round: z.int().nullable(),
  plays_on: z.iso.date(),
  starts_at: instant.nullable(),
  ends_at: instant.nullable(),
  venue_id: id.nullable(),
  home_team_id: id,
  away_team_id: id,
});
const games = of("game");
const constraint = z.object({
  schedule_id: id,
  type: z.string(),
  hard: z.boolean(),
  weight: z.number(),
  active: z.boolean(),
});
const constraints = of("schedule_constraint");

/** What happens to sports, teams, schedules and games; part of the catalog. */
export const schedulingEvents = {
  // schedules
  "schedule.created": schedules(
    "There is a new schedule, a draft; a copy tells of which.",
    schedule.extend({ copied_from: id.optional() }),
  ),
  "schedule.updated": schedules(
    "It changed: what was named in the change, as rounds or teams.",
    schedule.extend({ changed: z.array(z.string()) }),
  ),
  "schedule.archived": schedules("It changes no more.", schedule),
  "schedule.deleted": schedules(
    "A draft is gone, with as many games.",
    schedule.extend({ games: z.int() }),
  ),

  // sports, seasons, TV windows
  "sport.created": of("sport")("There is a new sport.", none),
  "sport.updated": of("sport")("Its name or the length of its games changed.", none),
  "sport.deleted": of("sport")("It is gone.", none),
  "season.created": of("season")("There is a new season.", ofSport),
  "season.updated": of("season")("Its name or days changed.", ofSport),
  "season.deleted": of("season")("It is gone, with its TV windows.", ofSport),
  "tv_window.created": of("tv_window")("A broadcaster takes games then.", ofSeason),
  "tv_window.updated": of("tv_window")("Its time, value or least quality changed.", ofSeason),
  "tv_window.deleted": of("tv_window")("It is gone.", ofSeason),

  // venues and teams: their ids are those of resources, whose own events stand in the same stream
  "venue.created": of("venue")("There is a new venue.", venue),
  "venue.updated": of("venue")("Its name, place, zone, capacity or code changed.", venue),
  "venue.retired": of("venue")("Nothing new is played there; what is planned stays.", venue),
  "venue.deleted": of("venue")("It is gone, and nothing was ever played there.", venue),
  "team.created": of("team")("There is a new team.", team),
  "team.updated": of("team")("Its name, code, division or home changed.", team),
  "team.retired": of("team")("It joins no schedule; what is planned stays.", team),
  "team.deleted": of("team")("It is gone, and never was in a schedule.", team),

  // games, constraints, publication, versions
  "schedule.games_changed": schedules(
    "So many of its games were added, changed or removed.",
    schedule.extend({ games: count }),
  ),
  "schedule.constraints_changed": schedules(
    "So many of its constraints were added, changed or removed.",
    schedule.extend({ constraints: count }),
  ),
  "schedule.published": schedules(
    "Its games stand in the calendar; `number` is the version kept.",
    schedule.extend({ games: count, number: count }),
  ),
  "schedule.unpublished": schedules(
    "It is a draft again: its games gave their time back.",
    schedule.extend({ games: count }),
  ),
  "schedule.version_kept": schedules("Its games were kept as a version.", schedule.extend({ number: count })),
  "schedule.restored": schedules(
    "Its games are those of the version `restored` again; `number` is the version kept of that.",
    schedule.extend({ number: count, restored: count, games: count }),
  ),
  "game.added": games("There is a game more.", game),
  "game.changed": games("Its window, end, sides' order or note changed, not when and where it is played.", game),
  "game.moved": games(
    "It is played at another time or place, or the sides have turned.",
    game.extend({
      previous: z.object({
        round: z.int().nullable(),
        plays_on: z.iso.date(),
        starts_at: instant.nullable(),
        venue_id: id.nullable(),
        home_team_id: id,
      }),
    }),
  ),
  "game.postponed": games("It is off, to be played some other day.", game),
  "game.cancelled": games("It is off.", game),
  "game.reinstated": games("It is to be played after all.", game),
  "game.played": games("It was played, or its figures were corrected.", game),
  "game.removed": games("A draft has it no more.", game),
  "schedule_constraint.added": constraints("A schedule has a constraint more.", constraint),
  "schedule_constraint.changed": constraints("It asks for something else, or counts otherwise.", constraint),
  "schedule_constraint.removed": constraints("It is gone.", constraint),
  // imports
  "schedule.imported": schedules(
    "A file was applied: so many games, rounds, constraints and so on were added and changed.",
    schedule.extend({ import_id: id, what: z.string(), added: z.int(), changed: z.int() }),
  ),

  ...optimizationEvents,

  // predictions
  "attendance_model.trained": of("attendance_model")(
    "A sport has a new model of attendance.",
    z.object({ sport_id: id, model_version: z.string(), training_size: z.int() }),
  ),
};
