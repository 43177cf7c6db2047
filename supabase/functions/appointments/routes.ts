import type { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { answerOf } from "../../../shared/db/answer.ts";
import type { App } from "../../../shared/http/app.ts";
import type { AppEnv } from "../../../shared/http/auth.ts";
import { registerDocument, registerHealth, registerJobs } from "../../../shared/http/function-routes.ts";
import { etagOf } from "../../../shared/http/version.ts";
import { listAppointments } from "./appointment-list.ts";
import { calendarFileOf } from "./calendar-file.ts";
import * as contract from "./contract.ts";
import { registerFeedback } from "./feedback/routes.ts";
import { registerHolds } from "./holds/routes.ts";
import { registerImports } from "./imports/routes.ts";
import { drainJobs } from "./jobs.ts";
import { registerLimits } from "./limits/routes.ts";
import { registerLists } from "./lists/routes.ts";
import { registerPlaces } from "./places/routes.ts";
import { registerQueues } from "./queues/routes.ts";
import { Appointment, BookedAppointment, History } from "./schemas.ts";
import { registerSeries } from "./series/routes.ts";
import { registerServices } from "./services/routes.ts";
import { registerSessions } from "./sessions/routes.ts";
import { listSlots } from "./slot-list.ts";
import { registerWaitlist } from "./waitlist/routes.ts";

/** Every route of the function: parse, one call, respond. What is allowed is the database's business. */
export function registerRoutes(app: App): void {
  registerBooking(app);
  registerTransitions(app);
  registerFeedback(app);
  registerLists(app);
  registerPlaces(app);
  registerImports(app);
  registerSeries(app);
  registerQueues(app);
  registerAnswers(app);
  registerHolds(app);
  registerSessions(app);
  registerWaitlist(app);
  registerServices(app);
  registerLimits(app);
  registerJobs(app, drainJobs);
  registerHealth(app);
  registerDocument(app, contract.info);
}

function registerBooking(app: App): void {
  app.openapi(contract.book, async (c) => {
    const booked = await answerOf(c.var.caller.client.rpc("book_appointment", {
      ...c.req.valid("json"),
      idempotency_key: c.req.valid("header")["idempotency-key"],
    }));
    const appointment = tagged(c, BookedAppointment.parse(booked));
    c.header("location", `${c.var.settings.url}/functions/v1/appointments/appointments/${appointment.id}`);
    return c.json(appointment, 201);
  });

  app.openapi(
    contract.list,
    async (c) => c.json(await listAppointments(c.var.caller.client, c.req.valid("query")), 200),
  );

  app.openapi(contract.slots, async (c) => c.json(await listSlots(c.var.caller.client, c.req.valid("query")), 200));

  app.openapi(
    contract.read,
    async (c) => c.json(tagged(c, await readAppointment(c, c.req.valid("header")["x-manage-token"])), 200),
  );

  app.openapi(contract.calendarFile, async (c) => {
    const token = c.req.valid("query").token ?? c.req.valid("header")["x-manage-token"];
    const appointment = tagged(c, await readAppointment(c, token));
    c.header("content-type", "text/calendar; charset=utf-8");
    c.header("content-disposition", 'attachment; filename="appointment.ics"');
    return c.body(calendarFileOf(appointment), 200);
  });

  app.openapi(contract.change, async (c) => {
    const { starts_at, resource_id, notes, reason } = c.req.valid("json");
    const target = targetOf(c, c.req.valid("header"));
    const text = notes === null ? "" : notes;
    const { client } = c.var.caller;
    const changed = starts_at === undefined
      ? await answerOf(client.rpc("update_appointment", { ...target, notes: text! }))
      : await answerOf(
        client.rpc("reschedule_appointment", { ...target, starts_at, resource_id, notes: text, reason }),
      );
    return c.json(tagged(c, Appointment.parse(changed)), 200);
  });

  app.openapi(contract.cancel, async (c) => {
    const reason = c.req.valid("json").reason ?? c.req.valid("query").reason;
    const target = targetOf(c, c.req.valid("header"));
    const cancelled = await answerOf(c.var.caller.client.rpc("cancel_appointment", { ...target, reason }));
    return c.json(tagged(c, Appointment.parse(cancelled)), 200);
  });
}

function registerTransitions(app: App): void {
  const transitions = [
    [contract.confirm, "confirm_appointment"],
    [contract.arrive, "arrive_appointment"],
    [contract.checkIn, "check_in_appointment"],
    [contract.fulfil, "fulfil_appointment"],
    [contract.noShow, "mark_no_show"],
    [contract.enteredInError, "mark_entered_in_error"],
  ] as const;
  for (const [route, command] of transitions) {
    app.openapi(route, async (c) => {
      const { appointment_id, expected_version } = targetOf(c, c.req.valid("header"));
      const moved = await answerOf(c.var.caller.client.rpc(command, { appointment_id, expected_version }));
      return c.json(tagged(c, Appointment.parse(moved)), 200);
    });
  }
}

function registerAnswers(app: App): void {
  app.openapi(contract.decline, async (c) => {
    const { appointment_id, expected_version } = targetOf(c, c.req.valid("header"));
    const { reason } = c.req.valid("json");
    const declined = await answerOf(
      c.var.caller.client.rpc("decline_appointment", { appointment_id, reason, expected_version }),
    );
    return c.json(tagged(c, Appointment.parse(declined)), 200);
  });

  app.openapi(contract.history, async (c) => {
    const { appointment_id, manage_token } = targetOf(c, c.req.valid("header"));
    const items = await answerOf(c.var.caller.client.rpc("appointment_history", { appointment_id, manage_token }));
    return c.json(History.parse({ items }), 200);
  });
}

async function readAppointment(c: Context<AppEnv>, manage_token: string | undefined) {
  const { client } = c.var.caller;
  const found = await answerOf(client.rpc("get_appointment", { appointment_id: c.req.param("id")!, manage_token }));
  return Appointment.parse(found);
}

interface ChangeHeaders {
  "if-match"?: number | undefined;
  "x-manage-token"?: string | undefined;
}

/** What is to be changed, in which version, with what proof. */
const targetOf = (c: Context<AppEnv>, headers: ChangeHeaders) => ({
  appointment_id: c.req.param("id")!,
  expected_version: headers["if-match"],
  manage_token: headers["x-manage-token"],
});

function tagged<Versioned extends z.infer<typeof Appointment>>(c: Context<AppEnv>, appointment: Versioned): Versioned {
  c.header("etag", etagOf(appointment.version));
  return appointment;
}
