import assert from "node:assert/strict";
import { KEYS } from "../../scripts/stack/keys.ts";
import { withTestDatabase } from "../../scripts/testing/database.ts";
import { ask, type RunningStack, start } from "./running-stack.ts";

const server = Deno.env.get("DATABASE_URL");
if (!server) {
  console.log("skipped on a native server: set DATABASE_URL to a PostgreSQL 15+ server to kill a stack on one too.");
}

/** Signs in as the seed's customer and lists what they can book. */
async function openCounter(url: string) {
  const credentials = { email: "customer@example.test", password: "almanac-demo" };
  const { answer: session } = await ask(
    url,
    "/auth/v1/token?grant_type=password",
    { apikey: KEYS.publishable },
    credentials,
  );
  const headers = { apikey: KEYS.publishable, authorization: `Bearer ${session.access_token}` };
  const services = await ask(url, "/rest/v1/services?select=id&name=eq.General%20consultation", headers);
  const service_id: string = services.answer[0].id;
  const day = (n: number) => new Date(Date.now() + n * 86_400_000).toISOString();
  const range = { service_id, from_time: day(2), to_time: day(30) };
  const { answer: slots } = await ask(url, "/rest/v1/rpc/available_slots", headers, range);
  return { headers, service_id, starts: (slots as { starts_at: string }[]).map(({ starts_at }) => starts_at) };
}

/** Books from four clients at once, and kills the stack as soon as enough bookings are acknowledged. */
async function bookUntilKilled({ url, child }: RunningStack, enough: number): Promise<string[]> {
  const { headers, service_id, starts } = await openCounter(url);
  const acknowledged: string[] = [];
  const client = async () => {
    for (let starts_at = starts.shift(); starts_at; starts_at = starts.shift()) {
      const path = "/functions/v1/appointments/appointments";
      const { status, answer } = await ask(url, path, headers, { service_id, starts_at });
      assert.equal(status, 201, JSON.stringify(answer));
      acknowledged.push(answer.id);
      if (acknowledged.length === enough) child.kill("SIGKILL");
    }
  };
  const outcomes = await Promise.allSettled(Array.from({ length: 4 }, client));
  await child.status;
  assert.ok(outcomes.every(({ status }) => status === "rejected"), "the stack was killed before the slots ran out");
  return acknowledged;
}

/** Waits until the daily counts, which a job of each event refreshes, hold all appointments. */
async function countsOf(url: string, total: number): Promise<number> {
  const headers = { apikey: KEYS.secret };
  for (let attempt = 0;; attempt++) {
    const { answer } = await ask(url, "/rest/v1/appointment_days?select=booked", headers);
    const counted = (answer as { booked: number }[]).reduce((sum, { booked }) => sum + booked, 0);
    if (counted === total || attempt === 120) return counted;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

async function killAndReturn(databaseUrl?: string): Promise<void> {
  const data = await Deno.makeTempDir({ prefix: "almanac-killed-" });
  try {
    const acknowledged: string[] = [];
    for (const _ of [1, 2]) acknowledged.push(...await bookUntilKilled(await start(data, databaseUrl), 25));
    const { url, child } = await start(data, databaseUrl);
    try {
      const { answer } = await ask(url, "/rest/v1/appointments?select=id", { apikey: KEYS.secret });
      const present = new Set((answer as { id: string }[]).map(({ id }) => id));
      assert.deepEqual(acknowledged.filter((id) => !present.has(id)), [], "what was acknowledged is there");
      assert.equal(await countsOf(url, present.size), present.size, "the jobs of every booking have run");
    } finally {
      child.kill("SIGTERM");
      await child.status;
    }
  } finally {
    await Deno.remove(data, { recursive: true });
  }
}

const options = { sanitizeOps: false, sanitizeResources: false };
Deno.test(
  "killed in mid-load, embedded: no acknowledged booking is lost and the jobs go on",
  options,
  () => killAndReturn(),
);
Deno.test({
  name: "killed in mid-load, native: no acknowledged booking is lost and the jobs go on",
  ignore: !server,
  ...options,
  fn: () => withTestDatabase(server!, killAndReturn),
});
