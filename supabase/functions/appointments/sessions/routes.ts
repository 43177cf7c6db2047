import { answerOf } from "../../../../shared/db/answer.ts";
import type { App } from "../../../../shared/http/app.ts";
import { etagOf } from "../../../../shared/http/version.ts";
import { BookedAppointment } from "../schemas.ts";
import * as contract from "./contract.ts";
import { listSessions, readSession, sessionOf } from "./session-list.ts";

/** Starts that several people attend together. */
export function registerSessions(app: App): void {
  app.openapi(contract.plan, async (c) => {
    const planned = sessionOf(
      await answerOf(c.var.caller.client.rpc("plan_session", {
        ...c.req.valid("json"),
        idempotency_key: c.req.valid("header")["idempotency-key"],
      })),
    );
    c.header("location", `${c.var.settings.url}/functions/v1/appointments/sessions/${planned.id}`);
    return c.json(planned, 201);
  });

  app.openapi(contract.list, async (c) => c.json(await listSessions(c.var.caller.client, c.req.valid("query")), 200));

  app.openapi(
    contract.read,
    async (c) => c.json(await readSession(c.var.caller.client, c.req.valid("param").id), 200),
  );

  app.openapi(contract.join, async (c) => {
    const booked = BookedAppointment.parse(
      await answerOf(c.var.caller.client.rpc("join_session", {
        ...c.req.valid("json"),
        session_id: c.req.valid("param").id,
        idempotency_key: c.req.valid("header")["idempotency-key"],
      })),
    );
    c.header("etag", etagOf(booked.version));
    c.header("location", `${c.var.settings.url}/functions/v1/appointments/appointments/${booked.id}`);
    return c.json(booked, 201);
  });

  app.openapi(contract.cancel, async (c) => {
    const reason = c.req.valid("json").reason ?? c.req.valid("query").reason;
    const cancelled = await answerOf(
      c.var.caller.client.rpc("cancel_session", { session_id: c.req.valid("param").id, reason }),
    );
    return c.json(sessionOf(cancelled), 200);
  });
}
