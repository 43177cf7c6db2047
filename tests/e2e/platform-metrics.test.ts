import assert from "node:assert/strict";
import { answerOf } from "../../shared/db/answer.ts";
import { families } from "../../shared/metrics/families.ts";
import { asGuest, asUser, book, call, callPlatform, newClinic, newUser, secretWord, stack } from "./fixture.ts";
import { type Metrics, parseMetrics, valueOf } from "./prometheus.ts";

const operator = { apikey: stack.secretKey };
const clinic = await newClinic();
const customer = await newUser();

const scrape = async (headers: Record<string, string>, query = "") => {
  const answer = await callPlatform("GET", `/metrics${query}`, headers);
  assert.equal(answer.status, 200, answer.text);
  return parseMetrics(answer.text);
};

/** Functions write their counts every two seconds, events are counted every ten. */
async function eventually<T>(read: () => Promise<T>, holds: (value: T) => boolean): Promise<T> {
  for (const until = Date.now() + 25_000;;) {
    const value = await read();
    if (holds(value)) return value;
    assert.ok(Date.now() < until, JSON.stringify(value));
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

/** Each sample has the labels that the page of metrics says, and no others. */
function assertLabels({ samples }: Metrics, whose: "labels" | "organization"): void {
  for (const { name, labels: { le: _, ...labels } } of samples) {
    const family = families[name] ?? families[name.replace(/_(bucket|sum|count)$/, "")];
    const other = Object.values(labels).every((value) => value === "other");
    if (!other) assert.deepEqual(Object.keys(labels).sort(), [...family![whose]!].sort(), name);
  }
}

const requestsTo = (route: string, method: string, status: string) => async () =>
  valueOf(await scrape(operator), "almanac_http_request_duration_seconds_count", { route, method, status });

Deno.test("the operator is given every metric in Prometheus text", async () => {
  const { headers, text } = await callPlatform("GET", "/metrics", operator);
  assert.equal(headers.get("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  const metrics = parseMetrics(text);
  assertLabels(metrics, "labels");
  for (const [name, type] of metrics.types) assert.equal(families[name]?.type, type, name);
  for (
    const name of ["almanac_queue_jobs", "almanac_jobs_dead", "almanac_consumer_lag_seconds", "almanac_database_bytes"]
  ) {
    assert.ok(metrics.samples.some((sample) => sample.name === name), name);
  }
});

Deno.test("requests are counted by their route's template, method and status, with their durations", async () => {
  const appointments = requestsTo("/appointments/appointments", "POST", "201");
  const nothing = requestsTo("unmatched", "GET", "404");
  const before = [await appointments(), await nothing()];
  await book(customer, clinic.serviceId);
  await book(customer, clinic.serviceId);
  assert.equal((await call("GET", `/${secretWord}/${crypto.randomUUID()}`, asUser(customer))).status, 404);
  await eventually(appointments, (count) => count === before[0]! + 2);
  await eventually(nothing, (count) => count === before[1]! + 1);

  const { samples, text } = await scrape(operator);
  assert.doesNotMatch(text, new RegExp(`${secretWord}|[0-9a-f]{8}-[0-9a-f]{4}-`));
  const labels = { route: "/appointments/appointments", method: "POST", status: "201" };
  const buckets = samples.filter(({ name, labels: own }) =>
    name === "almanac_http_request_duration_seconds_bucket" &&
    Object.entries(labels).every(([label, value]) => own[label] === value)
  );
  assert.equal(buckets.length, 12);
  assert.equal(buckets.at(-1)!.labels.le, "+Inf");
  buckets.reduce((least, { value }) => (assert.ok(value >= least), value), 0);
  assert.equal(buckets.at(-1)!.value, valueOf({ samples }, "almanac_http_request_duration_seconds_count", labels));
  assert.ok(valueOf({ samples }, "almanac_http_request_duration_seconds_sum", labels) > 0);
});

Deno.test("events are counted by type, and jobs with their outcome", async () => {
  const count = (name: string, labels: Record<string, string>) => async () =>
    valueOf(await scrape(operator), name, labels);
  const events = count("almanac_events_appended_total", { type: "appointment.booked" });
  const jobs = count("almanac_job_duration_seconds_count", { queue: "appointments", outcome: "completed" });
  const before = [await events(), await jobs()];
  await book(customer, clinic.serviceId);
  await eventually(events, (value) => value > before[0]!);
  await eventually(jobs, (value) => value > before[1]!);
});

Deno.test("an organization sees its own figures and nobody else's", async () => {
  const other = await newClinic();
  const query = `?organization_id=${clinic.organizationId}`;
  const read = () => scrape(asUser(clinic.owner), query);
  const booked = { type: "appointment.booked" };
  await eventually(read, (metrics) => valueOf(metrics, "almanac_events_appended_total", booked) > 0);
  const own = await read();
  assertLabels(own, "organization");
  const { types } = own;
  for (const name of types.keys()) assert.ok(families[name]!.organization, name);
  const theirs = await scrape(asUser(other.owner), `?organization_id=${other.organizationId}`);
  assert.equal(valueOf(theirs, "almanac_events_appended_total", booked), 0);
});

async function newKey(scopes: string[]): Promise<string> {
  const made = await answerOf(
    clinic.owner.client.rpc("create_api_key", { organization_id: clinic.organizationId, name: "Prometheus", scopes }),
  );
  return (made as { key: string }).key;
}

Deno.test("an organization's API key sees its organization, if that is in its scopes", async () => {
  const key = await newKey(["metrics.read"]);
  for (const [name, value] of [["x-api-key", key], ["authorization", `Bearer ${key}`]] as const) {
    const { types } = await scrape({ [name]: value });
    assert.ok(types.has("almanac_events_appended_total"));
    assert.ok(!types.has("almanac_queue_jobs") && !types.has("almanac_database_bytes"));
  }
  const other = await newClinic();
  const refusals: [string, string, number][] = [
    [await newKey(["events.read"]), "", 403],
    [key, `?organization_id=${other.organizationId}`, 403],
    [`${key.slice(0, -1)}${key.endsWith("A") ? "B" : "A"}`, "", 401],
  ];
  for (const [shown, query, status] of refusals) {
    const { status: was, text } = await callPlatform("GET", `/metrics${query}`, { "x-api-key": shown });
    assert.equal(was, status, text);
    assert.doesNotMatch(text, /almanac_[a-z]+_/);
  }
});

Deno.test("figures are for whoever may read them", async () => {
  const own = `?organization_id=${clinic.organizationId}`;
  const refusals: [string, Record<string, string>, string, number, string][] = [
    ["nobody", {}, "", 401, "not_authenticated"],
    ["a guest", asGuest(), own, 401, "invalid_api_key"],
    ["a wrong key", { apikey: "sb_secret_wrong" }, "", 401, "invalid_api_key"],
    ["a member without the permission", asUser(clinic.staff), own, 403, "permission_denied"],
    ["an outsider", asUser(customer), own, 403, "permission_denied"],
    ["an owner who asks for the platform's", asUser(clinic.owner), "", 403, "permission_denied"],
    [
      "an owner who asks for an organization that is none",
      asUser(clinic.owner),
      `?organization_id=${crypto.randomUUID()}`,
      403,
      "permission_denied",
    ],
    ["an id that is none", asUser(clinic.owner), "?organization_id=x", 422, "invalid_input"],
  ];
  for (const [who, headers, query, status, code] of refusals) {
    const { status: was, body, text } = await callPlatform("GET", `/metrics${query}`, headers);
    assert.deepEqual([was, body?.code], [status, code], who);
    assert.doesNotMatch(text, /almanac_(?!metrics)/);
  }
});

Deno.test("nobody but a function may count", async () => {
  for (const headers of [asUser(clinic.owner), asGuest()]) {
    const response = await fetch(`${stack.url}/rest/v1/rpc/count_requests`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify({ batch: [{ family: "requests", labels: { route: secretWord }, count: 1 }] }),
    });
    assert.ok([401, 403].includes(response.status), String(response.status));
    await response.body?.cancel();
  }
});
