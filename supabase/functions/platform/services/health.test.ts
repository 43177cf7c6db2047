import assert from "node:assert/strict";
import type { JobContext } from "../../../../shared/jobs/worker.ts";
import { healthHandlers } from "./health.ts";

/** Runs the look at a service, and tells what it reports. */
async function look(url: string, internal: boolean) {
  const reports: Record<string, unknown>[] = [];
  const client = {
    rpc: (_name: string, report: Record<string, unknown>) => {
      reports.push(report);
      return Promise.resolve({ data: "healthy", error: null, status: 200 });
    },
  } as unknown as JobContext["client"];
  const payload = { service_id: crypto.randomUUID(), internal, url };
  const job = { id: 1, kind: "check_service_health", payload, event_id: null, attempts: 1, lease_token: "" };
  await healthHandlers.check_service_health!(job, { client, signal: new AbortController().signal });
  const [{ healthy, error, latency_ms }, ...more] = reports as [Record<string, unknown>];
  assert.deepEqual(more, []);
  assert.ok(Number.isInteger(latency_ms));
  return { healthy, error };
}

async function serving<Result>(answer: () => Response, use: (url: string) => Promise<Result>): Promise<Result> {
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, answer);
  try {
    return await use(`http://127.0.0.1:${server.addr.port}/health`);
  } finally {
    await server.shutdown();
  }
}

Deno.test("any 2xx is healthy, everything else is not", async () => {
  const seen = (status: number) =>
    serving(() => new Response(status === 204 ? null : "x", { status }), (url) => look(url, true));
  assert.deepEqual(await seen(200), { healthy: true, error: undefined });
  assert.deepEqual(await seen(204), { healthy: true, error: undefined });
  assert.deepEqual(await seen(503), { healthy: false, error: "It answered 503." });
  assert.deepEqual(await seen(302), { healthy: false, error: "It answered 302." });
});

Deno.test("nobody there is not healthy", async () => {
  const { healthy, error } = await look("http://127.0.0.1:9/health", true);
  assert.equal(healthy, false);
  assert.ok(error);
});

Deno.test("somebody else's service is never asked at a private address", async () => {
  let asked = 0;
  const answer = () => {
    asked += 1;
    return new Response("ok");
  };
  assert.equal((await serving(answer, (url) => look(url, false))).healthy, false);
  assert.equal((await look("http://169.254.169.254/latest/meta-data", false)).healthy, false);
  assert.equal(asked, 0);
});
