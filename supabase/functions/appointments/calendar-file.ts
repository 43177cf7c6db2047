import type { z } from "@hono/zod-openapi";
import { ICalCalendar, ICalCalendarMethod, ICalEventStatus } from "ical-generator";
import type { Appointment } from "./schemas.ts";

type Status = z.infer<typeof Appointment>["status"];

const statuses: Partial<Record<Status, ICalEventStatus>> = {
  pending: ICalEventStatus.TENTATIVE,
  waitlisted: ICalEventStatus.TENTATIVE,
  cancelled: ICalEventStatus.CANCELLED,
  entered_in_error: ICalEventStatus.CANCELLED,
};

/**
 * An appointment as iCalendar. It says what, when and where, and nothing of whom it is for: calendars are shared.
 * Times are UTC, so that no reader has to know the zone's rules.
 */
export function calendarFileOf(appointment: z.infer<typeof Appointment>): string {
  const calendar = new ICalCalendar({
    prodId: { company: "Almanac", product: "Appointments", language: "EN" },
    method: ICalCalendarMethod.PUBLISH,
  });
  calendar.createEvent({
    id: `${appointment.id}@almanac`,
    sequence: appointment.version,
    stamp: new Date(appointment.updated_at),
    created: new Date(appointment.created_at),
    lastModified: new Date(appointment.updated_at),
    start: new Date(appointment.starts_at),
    end: new Date(appointment.ends_at),
    summary: appointment.service_name,
    location: appointment.resources.filter(({ kind }) => kind === "room" || kind === "venue")
      .map(({ name }) => name).join(", "),
    status: statuses[appointment.status] ?? ICalEventStatus.CONFIRMED,
  });
  return calendar.toString();
}
