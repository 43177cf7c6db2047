import { ICalCalendar, ICalCalendarMethod, ICalEventStatus } from "ical-generator";
import type { z } from "@hono/zod-openapi";
import type { CalendarEntry, CalendarFeed } from "./schemas.ts";
import { timeZoneComponent, WallClock } from "./time-zone.ts";

type Entry = z.infer<typeof CalendarEntry>;

const statuses: Record<Entry["status"], ICalEventStatus> = {
  scheduled: ICalEventStatus.CONFIRMED,
  played: ICalEventStatus.CONFIRMED,
  postponed: ICalEventStatus.TENTATIVE,
  cancelled: ICalEventStatus.CANCELLED,
};

/** Seconds after which calendars ask again, as far as they listen to that. */
const refreshSeconds = 3600;

/**
 * Games as iCalendar: at the wall clock of their venue's zone, under the same UID for ever, with a SEQUENCE that grows
 * with each change. Nothing in it but the games: the same games make the same bytes.
 */
export function calendarOf({ name, entries }: z.infer<typeof CalendarFeed>): string {
  const instants = entries.flatMap(({ starts_at }) => starts_at ? [Date.parse(starts_at)] : []);
  const first = instants.reduce((least, instant) => Math.min(least, instant), instants[0] ?? 0);
  const last = instants.reduce((most, instant) => Math.max(most, instant), first);
  const calendar = new ICalCalendar({
    prodId: { company: "Almanac", product: "Schedules", language: "EN" },
    method: ICalCalendarMethod.PUBLISH,
    name,
    ttl: refreshSeconds,
    timezone: {
      name: null,
      generator: (zone: string) => timeZoneComponent(zone, first, last),
    },
  });
  for (const entry of entries) addGame(calendar, entry);
  return calendar.toString();
}

function addGame(calendar: ICalCalendar, entry: Entry): void {
  const told = new Date(entry.updated_at);
  const begins = entry.wall_start && entry.wall_end
    ? { start: new WallClock(entry.wall_start), end: new WallClock(entry.wall_end), timezone: entry.time_zone }
    : { start: new Date(`${entry.date}T00:00:00Z`), allDay: true };
  calendar.createEvent({
    id: `${entry.id}@almanac`,
    sequence: entry.sequence,
    stamp: told,
    created: new Date(entry.created_at),
    lastModified: told,
    ...begins,
    summary: titleOf(entry),
    description: notesOf(entry).join("\n") || null,
    status: statuses[entry.status],
    ...entry.venue && {
      location: {
        title: entry.venue,
        ...entry.address && { address: entry.address },
        ...entry.latitude !== null && entry.longitude !== null &&
          { geo: { lat: entry.latitude, lon: entry.longitude } },
      },
    },
  });
}

function titleOf({ home, away, neutral, status, home_score, away_score }: Entry): string {
  const pair = `${away} ${neutral ? "vs" : "at"} ${home}`;
  const score = home_score !== null && away_score !== null ? ` ${away_score}-${home_score}` : "";
  const said = status === "postponed" ? "Postponed: " : status === "cancelled" ? "Cancelled: " : "";
  return `${said}${pair}${score}`;
}

function notesOf({ starts_at, network, neutral }: Entry): string[] {
  return [
    starts_at ? "" : "The time is yet to be announced.",
    neutral ? "At a neutral site." : "",
    network ? `On ${network}.` : "",
  ].filter(Boolean);
}
