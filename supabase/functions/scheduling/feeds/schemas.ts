import { z } from "@hono/zod-openapi";
import { id } from "../../../../shared/http/schemas.ts";
import { ListQuery } from "../schemas.ts";

const kind = z.enum(["team", "venue", "schedule"]);

export const CreateFeed = z.strictObject({
  kind,
  subject_id: id.openapi({ description: "The team, venue or schedule." }),
})
  .openapi("CreateCalendarFeed");

export const FeedsQuery = ListQuery.extend({ subject_id: id.optional() });

export const Feed = z.object({
  id,
  organization_id: id,
  kind,
  subject_id: id,
  created_by: id.nullable(),
  created_at: z.string(),
  revoked_at: z.string().nullable(),
}).openapi("CalendarFeed");

export const FeedWithLink = Feed.extend({
  url: z.string().nullable().openapi({
    description: "What calendars subscribe to; whoever has it reads the feed. Null once it is revoked.",
    example: "https://project.example/functions/v1/scheduling/feeds/0199e2c4-7b1a-7cc3-8f0e-5a2d9c1b4e77.hX0q.ics",
  }),
}).openapi("CalendarFeedWithLink");

export const FeedPage = z.object({ items: z.array(Feed), next_cursor: z.string().nullable() })
  .openapi("CalendarFeedPage");

export const FileParameter = z.object({
  file: z.string().regex(/^[\w.-]{1,200}\.ics$/).openapi({ description: "The link's token, and `.ics`." }),
});

const text = z.string().nullable();
const number = z.number().nullable();

/** A game as a feed tells it; what has left the feed is cancelled. */
export const CalendarEntry = z.object({
  id,
  sequence: z.int(),
  created_at: z.string(),
  updated_at: z.string(),
  status: z.enum(["scheduled", "played", "postponed", "cancelled"]),
  date: z.string(),
  starts_at: text,
  ends_at: text,
  wall_start: text,
  wall_end: text,
  time_zone: z.string(),
  home: text,
  away: text,
  neutral: z.boolean(),
  venue: text,
  address: text,
  latitude: number,
  longitude: number,
  home_score: number,
  away_score: number,
  network: text,
});

export const CalendarFeed = z.object({ name: z.string(), entries: z.array(CalendarEntry) });
