import assert from "node:assert/strict";
import { catalog, Hint, parseEvent } from "./catalog.ts";

const migrations = new URL("../../supabase/migrations/", import.meta.url);
const aggregates = new Set(Object.keys(catalog).map((type) => type.split(".")[0]));
const typed = new RegExp(`'((?:${[...aggregates].join("|")})\\.[a-z_]+)'`, "g");
const commands =
  /action = '[^']+'|(?:core\.(?:audit|recall|keep)|appointments\.tell_ticket)\((?:[^;']|'[^']*')*?'([a-z_]+\.[a-z_]+)'/g;

async function eventTypes(): Promise<Set<string>> {
  const found = new Set<string>();
  for await (const { name } of Deno.readDir(migrations)) {
    if (!/_(commands|limits)_.*\.sql$/.test(name)) continue;
    const text = await Deno.readTextFile(new URL(name, migrations));
    const appended = text.replace(commands, "").replace(/^comment on .*$/gm, "");
    [...appended.matchAll(typed)].forEach((match) => found.add(match[1]!));
    // sent to one endpoint for a test, and never appended
    found.delete("webhook.ping");
    // whatever has limits says so with one statement
    if (appended.includes("target || '.limits_changed'")) {
      for (const target of ["organization", "service", "resource"]) found.add(`${target}.limits_changed`);
    }
  }
  return found;
}

Deno.test("the catalog has exactly the events that commands append", async () => {
  const names = new Set(Object.keys(catalog));
  assert.deepEqual(
    [...await eventTypes()].filter((type) => !/\.(read|manage|manage_own|book|create)$/.test(type)).sort(),
    [...names].sort(),
  );
});

Deno.test("an event from a job's payload is typed, and what is none is refused", () => {
  const id = "0199e2c4-7b1a-7cc3-8f0e-5a2d9c1b4e77";
  const slot = { starts_at: "2027-03-01T09:00:00+00:00", ends_at: "2027-03-01T09:30:00+00:00", resource_ids: [id] };
  const more = { session_id: null, party_size: 1, reason_given: false };
  const payload = {
    id,
    organization_id: id,
    aggregate_type: "appointment",
    aggregate_id: id,
    version: 2,
    type: "appointment.rescheduled",
    data: { service_id: id, status: "booked", ...slot, ...more, previous: slot },
    actor_id: null,
    actor_kind: "guest",
    correlation_id: id,
    causation_id: null,
    recorded_at: "2027-02-01T09:00:00.123456+00:00",
  };
  const event = parseEvent(payload);
  assert.ok(event.type === "appointment.rescheduled" && event.data.previous.starts_at === slot.starts_at);
  assert.throws(() => parseEvent({ ...payload, data: {} }));
  assert.throws(() => parseEvent({ ...payload, type: "appointment.eaten" }));
});

Deno.test("a hint holds nothing but id, type and version", () => {
  assert.deepEqual(Object.keys(Hint.shape), ["id", "type", "version"]);
});
