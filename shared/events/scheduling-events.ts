import { z } from "zod";
import { of } from "./definition.ts";

const schedule = z.object({ status: z.enum(["draft", "published", "archived"]) });
const schedules = of("schedule");

/** What happens to sports, teams, schedules and games; part of the catalog. */
export const schedulingEvents = {
  // schedules
  "schedule.created": schedules("There is a new schedule, a draft.", schedule),
};
