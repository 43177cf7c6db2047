import { z } from "zod";
import { id, of } from "./definition.ts";

const none = z.object({});
const ofSport = z.object({ sport_id: id });
const ofSeason = z.object({ season_id: id });
const venue = z.object({ active: z.boolean() });
const team = z.object({ sport_id: id, active: z.boolean() });
const schedule = z.object({ season_id: id, status: z.enum(["draft", "published", "archived"]) });
const schedules = of("schedule");

/** What happens to sports, teams, schedules and games; part of the catalog. */
export const schedulingEvents = {
  // schedules
  "schedule.created": schedules("There is a new schedule, a draft.", schedule),
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
};
