import assert from "node:assert/strict";
import { bounds, type Measure, Meter } from "./meter.ts";

/** A meter whose batches are kept, or refused while `down`. */
function recorder(mostSeries = 500) {
  const sent: Measure[][] = [];
  const state = { down: false };
  const meter = new Meter({
    every: 1,
    mostSeries,
    send: (batch) => {
      if (state.down) return Promise.reject(new Error("no database"));
      sent.push(structuredClone(batch));
      return Promise.resolve();
    },
  });
  return { meter, sent, state };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 40));
const route = (name: string) => ({ service: "orders", method: "GET", route: name, status: "200" });

Deno.test("what is counted between two batches is one row a series", async () => {
  const { meter, sent } = recorder();
  meter.observe("requests", route("/a"), 4);
  meter.observe("requests", route("/a"), 700);
  meter.observe("requests", route("/b"), 60_000);
  await settled();
  assert.equal(sent.length, 1);
  const [a, b] = sent[0]!;
  assert.deepEqual([a!.count, b!.count], [2, 1]);
  assert.ok(Math.abs(a!.seconds - 0.704) < 1e-9);
  assert.deepEqual(a!.buckets!.map((count, at) => count && (bounds[at] ?? Infinity)).filter(Boolean), [0.005, 1]);
  assert.equal(b!.buckets!.at(-1), 1);
  await settled();
  assert.equal(sent.length, 1, "nothing new, no batch");
});

Deno.test("an organization's part is counted beside the platform's, with its own labels", async () => {
  const { meter, sent } = recorder();
  const whose = { organizationId: "0199E2C4-7B1A-7CC3-8F0E-5A2D9C1B4E77", labels: { service: "orders" } };
  meter.observe("requests", route("/a"), 1, whose);
  meter.count("rate_limits", { service: "orders" }, whose);
  await settled();
  assert.deepEqual(sent[0]!.map(({ family, organization_id }) => [family, organization_id]), [
    ["requests", undefined],
    ["requests", whose.organizationId.toLowerCase()],
    ["rate_limits", undefined],
    ["rate_limits", whose.organizationId.toLowerCase()],
  ]);
});

Deno.test("a batch that fails is added to the next one", async () => {
  const { meter, sent, state } = recorder();
  state.down = true;
  meter.observe("requests", route("/a"), 1);
  await settled();
  meter.observe("requests", route("/a"), 1);
  state.down = false;
  await settled();
  assert.equal(sent.flat().reduce((sum, { count }) => sum + count, 0), 2);
});

Deno.test("after ten failures in a row the counts are logged instead", async () => {
  const { meter, state } = recorder();
  const lines: string[] = [];
  const { log, info, warn, error } = console;
  const take = (line: string) => void lines.push(line);
  Object.assign(console, { log: take, info: take, warn: take, error: take });
  try {
    state.down = true;
    meter.observe("requests", route("/lost"), 1);
    for (let attempt = 0; attempt < 10; attempt += 1) await meter.flush();
  } finally {
    Object.assign(console, { log, info, warn, error });
  }
  const lost = lines.map((line) => JSON.parse(line)).filter(({ message }) => message === "measures lost");
  assert.equal(lost.length, 1);
  assert.equal(lost[0].lost[0].labels.route, "/lost");
  state.down = false;
  await new Promise((resolve) => setTimeout(resolve, 200));
});

Deno.test("more series than are kept are counted as other", async () => {
  const { meter, sent } = recorder(3);
  for (let n = 0; n < 100; n += 1) meter.observe("requests", route(`/${n}`), 1);
  await settled();
  assert.equal(sent[0]!.length, 4);
  const other = sent[0]!.find(({ labels }) => labels.route === "other")!;
  assert.deepEqual([other.count, other.labels.status], [97, "other"]);
});
