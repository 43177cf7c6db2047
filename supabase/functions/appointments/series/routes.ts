import type { Context } from "hono";
import { answerOf } from "../../../../shared/db/answer.ts";
import type { App } from "../../../../shared/http/app.ts";
import type { AppEnv } from "../../../../shared/http/auth.ts";
import { etagOf } from "../../../../shared/http/version.ts";
import * as contract from "./contract.ts";
import { normalRule, occurrencesOf } from "./recurrence.ts";
import { BookedSeries, ChangedSeries, SeriesDocument } from "./schemas.ts";

/** The routes of series. The rule becomes a list of starts here; whether they can be had is the database's business. */
export function registerSeries(app: App): void {
  app.openapi(contract.book, async (c) => {
    const { rrule, starts_at, time_zone: wanted, ...request } = c.req.valid("json");
    const { client } = c.var.caller;
    const { service_id, resource_id } = request;
    const time_zone = wanted ?? await answerOf(client.rpc("service_time_zone", { service_id, resource_id }));
    const booked = await answerOf(client.rpc("book_series", {
      ...request,
      rule: normalRule(rrule),
      time_zone,
      occurrences: occurrencesOf(rrule, starts_at, time_zone),
      idempotency_key: c.req.valid("header")["idempotency-key"],
    }));
    const series = tagged(c, BookedSeries.parse(booked));
    c.header("location", `${c.var.settings.url}/functions/v1/appointments/series/${series.id}`);
    return c.json(series, 201);
  });

  app.openapi(contract.read, async (c) => {
    const manage_token = c.req.valid("header")["x-manage-token"];
    const found = await answerOf(c.var.caller.client.rpc("get_series", { series_id: c.req.param("id"), manage_token }));
    return c.json(tagged(c, SeriesDocument.parse(found)), 200);
  });

  app.openapi(contract.change, async (c) => {
    const { starts_at, resource_id, notes, ...how } = c.req.valid("json");
    const changed = await answerOf(c.var.caller.client.rpc("change_series", {
      ...targetOf(c, c.req.valid("header")),
      ...how,
      changes: { starts_at, resource_id, notes },
    }));
    return c.json(tagged(c, ChangedSeries.parse(changed)), 200);
  });

  app.openapi(contract.cancel, async (c) => {
    const cancelled = await answerOf(c.var.caller.client.rpc("cancel_series", {
      ...targetOf(c, c.req.valid("header")),
      ...c.req.valid("query"),
    }));
    return c.json(tagged(c, ChangedSeries.parse(cancelled)), 200);
  });
}

const targetOf = (
  c: Context<AppEnv>,
  headers: { "if-match"?: number | undefined; "x-manage-token"?: string | undefined },
) => ({
  series_id: c.req.param("id")!,
  expected_version: headers["if-match"],
  manage_token: headers["x-manage-token"],
});

function tagged<Versioned extends { version: number }>(c: Context<AppEnv>, series: Versioned): Versioned {
  c.header("etag", etagOf(series.version));
  return series;
}
