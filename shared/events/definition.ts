import { z } from "zod";

export const id = z.guid();
export const instant = z.iso.datetime({ offset: true });

/** A kind of event: what it means, and the shape of its `data`. */
export interface Definition<Data extends z.ZodType = z.ZodType> {
  readonly aggregate:
    | "organization"
    | "profile"
    | "location"
    | "resource"
    | "service"
    | "appointment"
    | "session"
    | "hold"
    | "waitlist_entry"
    | "feedback"
    | "series"
    | "queue"
    | "ticket"
    | "event_type"
    | "subscription"
    | "api_key"
    | "platform_service"
    | "service_grant"
    | "saga"
    | "sport"
    | "season"
    | "venue"
    | "team"
    | "tv_window"
    | "schedule"
    | "game"
    | "schedule_constraint"
    | "optimization_run"
    | "attendance_model"
    | "policy"
    | "notification_batch"
    | "service_route";
  readonly means: string;
  readonly data: Data;
}

/** Makes definitions of one kind of aggregate. */
export const of =
  (aggregate: Definition["aggregate"]) => <Data extends z.ZodType>(means: string, data: Data): Definition<Data> => ({
    aggregate,
    means,
    data,
  });
