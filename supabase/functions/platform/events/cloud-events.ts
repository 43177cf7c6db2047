import { z } from "@hono/zod-openapi";
import { createMiddleware } from "hono/factory";
import type { AppEnv } from "../../../../shared/http/auth.ts";
import { Problem } from "../../../../shared/http/problem.ts";
import { publishEvents } from "./publish.ts";
import { mostEvents, ReceivedCloudEvent } from "./schemas.ts";

const single = "application/cloudevents+json";
const batch = "application/cloudevents-batch+json";

/** Publishes what comes as CloudEvents in structured mode, one or a batch; lets everything else through. */
export const takeCloudEvents = createMiddleware<AppEnv>(async (c, next) => {
  const contentType = c.req.header("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (contentType !== single && contentType !== batch) return await next();
  const sent = await c.req.json().catch((cause) => {
    throw new Problem("invalid_json", { cause });
  });
  const events = parse(contentType === batch ? sent : [sent]);
  const { organizationid } = events[0]!;
  if (!organizationid) throw invalid("0.organizationid", "Say whose it is.");
  const answer = await publishEvents(c, {
    organization_id: organizationid,
    events: events.map(asEvent),
    key: c.req.header("idempotency-key") ?? await keyOf(events),
  });
  return c.json(answer, 201);
});

function parse(sent: unknown): ReceivedCloudEvent[] {
  const { data, error } = z.array(ReceivedCloudEvent).min(1).max(mostEvents).safeParse(sent);
  if (!error) return data;
  const errors = error.issues.map(({ path, message }) => ({ path: ["body", ...path].join("."), message }));
  throw new Problem("invalid_input", { detail: `${errors[0]?.path}: ${errors[0]?.message}`, members: { errors } });
}

const invalid = (path: string, message: string) =>
  new Problem("invalid_input", { detail: message, members: { errors: [{ path: `body.${path}`, message }] } });

/** What the command takes, of what a CloudEvent says: an aggregate by its extensions, else by its subject. */
function asEvent(event: ReceivedCloudEvent, index: number) {
  const [noun, subjectId] = event.subject?.split("/") ?? [];
  const aggregate_id = event.aggregateid ?? subjectId;
  if (!aggregate_id) throw invalid(`${index}.aggregateid`, "Say what it happened to, here or as `subject`.");
  const version = event.dataschema?.match(/^urn:almanac:event:(.+):(\d{1,4})$/);
  if (event.dataschema?.startsWith("urn:almanac:") && version?.[1] !== event.type) {
    throw invalid(`${index}.dataschema`, "It is the schema of another type.");
  }
  return {
    organization_id: event.organizationid,
    type: event.type,
    type_version: version ? Number(version[2]) : undefined,
    aggregate_type: event.aggregatetype ?? (subjectId ? noun : undefined),
    aggregate_id,
    data: event.data,
    expected_version: event.expectedversion,
    causation_id: event.causationid,
    correlation_id: event.correlationid,
    traceparent: event.traceparent,
  };
}

/** A producer that tries again sends the same `source` and `id`: they are the idempotency key. */
async function keyOf(events: readonly ReceivedCloudEvent[]): Promise<string> {
  const names = JSON.stringify(events.map(({ source, id }) => [source, id]));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(names)));
  return `cloudevents:${digest.toHex()}`;
}
