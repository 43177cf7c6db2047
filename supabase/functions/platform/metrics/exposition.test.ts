import assert from "node:assert/strict";
import { families } from "../../../../shared/metrics/families.ts";
import { expose } from "./exposition.ts";

const histogram = {
  name: "almanac_job_duration_seconds",
  kind: "histogram" as const,
  labels: { queue: "orders", kind: "greet", outcome: "completed" },
  value: 1.5,
  buckets: [1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4],
};

Deno.test("a histogram's buckets add up, its count is their sum", async () => {
  const text = await expose([histogram], "platform");
  const labels = 'queue="orders",kind="greet",outcome="completed"';
  for (
    const line of [
      "# TYPE almanac_job_duration_seconds histogram",
      `almanac_job_duration_seconds_bucket{${labels},le="0.005"} 1`,
      `almanac_job_duration_seconds_bucket{${labels},le="0.01"} 3`,
      `almanac_job_duration_seconds_bucket{${labels},le="10"} 3`,
      `almanac_job_duration_seconds_bucket{${labels},le="+Inf"} 7`,
      `almanac_job_duration_seconds_sum{${labels}} 1.5`,
      `almanac_job_duration_seconds_count{${labels}} 7`,
    ]
  ) assert.ok(text.split("\n").includes(line), line);
});

Deno.test("a label cannot break out of its line", async () => {
  const evil = { name: "almanac_services", kind: "gauge" as const, value: 1, buckets: null };
  const text = await expose([{ ...evil, labels: { status: 'x"} 9\nalmanac_services{status="\\' } }], "platform");
  const samples = text.split("\n").filter((line) => line.startsWith("almanac_services"));
  assert.deepEqual(samples, ['almanac_services{status="x\\"} 9\\nalmanac_services{status=\\"\\\\"} 1']);
});

Deno.test("every metric is named, also where there is nothing to tell", async () => {
  const named = async (whose: "platform" | "organization") =>
    [...(await expose([], whose)).matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name!);
  const all = Object.entries(families);
  assert.deepEqual(await named("platform"), all.filter(([, { where }]) => !where).map(([name]) => name));
  assert.deepEqual(
    await named("organization"),
    all.filter(([, { organization }]) => organization).map(([name]) => name),
  );
});
