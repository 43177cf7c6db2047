import assert from "node:assert/strict";
import { ProblemSchema } from "../../shared/http/openapi.ts";
import { BookedSeries, ChangedSeries, SeriesDocument } from "../../supabase/functions/appointments/series/schemas.ts";
import { asGuest, asUser, call, newClinic, newService, newUser, secretWord, stack, unsigned } from "./fixture.ts";

const clinic = await newClinic();
const { owner, staff, colleague, organizationId, resourceId } = clinic;
const [customer, stranger] = await Promise.all([newUser(), newUser()]);
const service_id = await newService(owner, organizationId, resourceId, { booking_horizon_days: 700 });
const zone = "Europe/Paris";
const headers = asUser(customer);

let taken = 0;
/** Weekly from a half-hour that no other series of this file has: by day, then by week. */
function weekly(count: number) {
  taken += 1;
  const midnight = new Date().setUTCHours(0, 0, 0, 0);
  const start = midnight + (10 + 7 * 12 * Math.floor(taken / 40)) * 86_400_000 + (taken % 40) * 1_800_000;
  return { service_id, rrule: `FREQ=WEEKLY;COUNT=${count}`, starts_at: new Date(start).toISOString() };
}

const post = (body: unknown, more: Record<string, string> = {}) =>
  call("POST", "/series", { ...headers, ...more }, body);

async function bookSeries(count: number, as: Record<string, string> = headers, more: Record<string, unknown> = {}) {
  const { status, body, text } = await call("POST", "/series", as, { ...weekly(count), ...more });
  assert.equal(status, 201, text);
  assert.deepEqual(BookedSeries.parse(body), body);
  return body;
}

const guest = { name: `${secretWord} Guest`, email: "guest@example.test" };
const localTime = (instant: string) =>
  new Intl.DateTimeFormat("en-GB", { timeZone: zone, timeStyle: "short" }).format(new Date(instant));
const shifted = (instant: string, minutes: number) => new Date(Date.parse(instant) + minutes * 60_000).toISOString();

Deno.test("a series over a clock change stays at its time of day, in the organization's zone unless told otherwise", async () => {
  const half = 26;
  const booked = await bookSeries(half, headers, { notes: "x" });
  assert.deepEqual([booked.time_zone, booked.appointments.length, booked.skipped], [zone, half, []]);
  const times = booked.appointments.map(({ starts_at }: { starts_at: string }) => starts_at);
  assert.equal(new Set(times.map(localTime)).size, 1, "by the clock on the wall");
  assert.equal(new Set(times.map((time: string) => Date.parse(time) % 86_400_000)).size, 2, "half a year has a change");
  const { body: again, headers: got } = await call("GET", `/series/${booked.id}`, headers);
  assert.deepEqual(SeriesDocument.parse(again), again);
  assert.equal(got.get("etag"), '"1"');
  const { body: one } = await call("GET", `/appointments/${booked.appointments[3].id}`, headers);
  assert.equal(one.notes, "x");
  const utc = await bookSeries(half, headers, { time_zone: "UTC" });
  assert.equal(
    new Set(utc.appointments.map(({ starts_at }: { starts_at: string }) => Date.parse(starts_at) % 86_400_000)).size,
    1,
  );
  for (const { id } of [booked, utc]) assert.equal((await call("DELETE", `/series/${id}`, headers)).status, 200);
});

Deno.test("conflicts refuse the series and are listed, or are skipped and listed", async () => {
  const asked = weekly(4);
  const theirs = await post(asked);
  assert.equal(theirs.status, 201, theirs.text);
  const refused = await call("POST", "/series", asUser(stranger), { ...asked, rrule: "FREQ=WEEKLY;COUNT=5" });
  assert.deepEqual([refused.status, refused.body.code, refused.body.conflicts.length], [409, "series_conflicts", 4]);
  assert.deepEqual(
    refused.body.conflicts.map((conflict: Record<string, unknown>) => [conflict.starts_at, conflict.code]),
    theirs.body.appointments.map(({ starts_at }: { starts_at: string }) => [starts_at, "slot_taken"]),
  );
  assert.ok(!refused.text.includes(customer.id), "never whose it is");
  const { status, body } = await call("POST", "/series", asUser(stranger), {
    ...asked,
    rrule: "FREQ=WEEKLY;COUNT=5",
    on_conflict: "skip",
  });
  assert.deepEqual([status, body.appointments.length, body.skipped.length], [201, 1, 4]);
  const { body: none } = await call("POST", "/series", asUser(stranger), { ...asked, on_conflict: "skip" });
  assert.equal(none.code, "series_conflicts");
});

Deno.test("one, this and following, all: moved, noted and cancelled, by version", async () => {
  const booked = await bookSeries(4);
  const [first, second, third] = booked.appointments;
  const path = `/series/${booked.id}`;
  const change = (body: unknown, more = {}) => call("PATCH", path, { ...headers, ...more }, body);
  const starts = (body: { appointments: { starts_at: string }[] }) =>
    body.appointments.map(({ starts_at }) => Date.parse(starts_at));
  const before = starts(booked);

  const one = await change(
    { scope: "one", appointment_id: second.id, starts_at: shifted(second.starts_at, 1440) },
    { "if-match": '"1"' },
  );
  assert.equal(one.status, 200, one.text);
  assert.deepEqual(ChangedSeries.parse(one.body), one.body);
  assert.deepEqual(starts(one.body).map((start, n) => (start - before[n]!) / 60_000), [0, 1440, 0, 0]);
  const stale = await change({ scope: "all", notes: "x" }, { "if-match": '"1"' });
  assert.deepEqual([stale.status, stale.body.code], [409, "version_conflict"]);

  const following = await change({
    scope: "following",
    appointment_id: third.id,
    starts_at: shifted(third.starts_at, 2880),
  });
  assert.deepEqual(starts(following.body).map((start, n) => (start - before[n]!) / 60_000), [0, 1440, 2880, 2880]);
  const week = await change({ scope: "all", appointment_id: first.id, starts_at: shifted(first.starts_at, 7 * 1440) });
  assert.equal(week.status, 200, week.text);
  assert.equal(starts(week.body)[0], before[0]! + 7 * 86_400_000, "into its own next week");
  assert.equal((await change({ scope: "all", notes: "Bring it" })).status, 200);
  assert.equal((await call("GET", `/appointments/${third.id}`, headers)).body.notes, "Bring it");

  const last = await call("DELETE", `${path}?scope=following&appointment_id=${third.id}&reason=Away`, headers);
  const statuses = (body: { appointments: { status: string }[] }) => body.appointments.map(({ status }) => status);
  assert.deepEqual(statuses(last.body), ["booked", "booked", "cancelled", "cancelled"]);
  assert.equal(last.body.cancelled_at, null);
  const all = await call("DELETE", path, headers);
  assert.deepEqual(statuses(all.body), Array(4).fill("cancelled"));
  assert.ok(all.body.cancelled_at);
  const over = await call("DELETE", path, headers);
  assert.deepEqual([over.status, over.body.code], [409, "series_over"]);
});

Deno.test("an idempotency key books once", async () => {
  const key = { "idempotency-key": crypto.randomUUID() };
  const asked = weekly(3);
  const [first, second] = [await post(asked, key), await post(asked, key)];
  assert.deepEqual([first.status, second.status], [201, 201]);
  assert.deepEqual(second.body, first.body);
  const other = await post(weekly(3), key);
  assert.deepEqual([other.status, other.body.code], [409, "idempotency_mismatch"]);
});

Deno.test("each caller gets what is theirs", async (t) => {
  const callers = {
    owner: asUser(owner),
    staff: asUser(staff),
    colleague: asUser(colleague),
    customer: headers,
    stranger: asUser(stranger),
    anonymous: {},
    guest: asGuest(),
    "alg:none": { apikey: stack.publishableKey, authorization: `Bearer ${unsigned(owner)}` },
    "token as apikey": { apikey: owner.token },
  };
  const refusals = {
    stranger: [404, "not_found"],
    anonymous: [401, "not_authenticated"],
    guest: [404, "not_found"],
    "alg:none": [401, "invalid_token"],
    "token as apikey": [401, "invalid_api_key"],
  } as const;
  const routes: Record<string, [string, unknown]> = {
    read: ["GET", undefined],
    change: ["PATCH", { scope: "all", notes: "y" }],
    cancel: ["DELETE", undefined],
  };
  const untouched = await bookSeries(2, headers, { notes: `${secretWord} note` });
  for (const [name, [method, body]] of Object.entries(routes)) {
    for (const [who, as] of Object.entries(callers)) {
      await t.step(`${name}: ${who}`, async () => {
        const refusal = who === "colleague" && name !== "read"
          ? [403, "permission_denied"] as const
          : refusals[who as keyof typeof refusals];
        const target = refusal || name === "read" ? untouched : await bookSeries(2);
        const answer = await call(method, `/series/${target.id}`, as, body);
        if (!refusal) return assert.equal(answer.status, 200, answer.text);
        assert.deepEqual([answer.status, answer.body.code], refusal);
        assert.equal(ProblemSchema.parse(answer.body).request_id, answer.headers.get("x-request-id"));
        assert.doesNotMatch(answer.text, new RegExp(`${secretWord}|example\\.test`));
      });
    }
  }
  const { body: after } = await call("GET", `/series/${untouched.id}`, headers);
  assert.deepEqual(after.appointments, untouched.appointments, "a refusal changed something");

  const mine = await bookSeries(2, asGuest(), { guest });
  const path = `/series/${mine.id}`;
  assert.equal((await call("GET", path, asGuest(mine.manage_token))).body.guest.name, guest.name);
  const [, second] = mine.appointments;
  assert.equal((await call("GET", `/appointments/${second.id}`, asGuest(second.manage_token))).status, 200);
  const wrong = await call("DELETE", path, asGuest(second.manage_token));
  assert.deepEqual([wrong.status, wrong.body.code], [401, "invalid_manage_token"]);
  assert.equal((await call("DELETE", path, asGuest(mine.manage_token))).status, 200);
});

Deno.test("bad input is refused with its status and code, never with a 500", async (t) => {
  const mine = await bookSeries(2);
  const path = `/series/${mine.id}`;
  const [{ id: appointment_id, starts_at }] = mine.appointments;
  const patch = (body: unknown, more = {}) => call("PATCH", path, { ...headers, ...more }, body);
  const rule = (rrule: string) => post({ ...weekly(1), rrule });
  const cases: [string, () => ReturnType<typeof call>, number, string][] = [
    ["no JSON", () => post("{"), 400, "invalid_json"],
    ["no rule", () => post({ ...weekly(1), rrule: undefined }), 422, "invalid_input"],
    ["an empty rule", () => rule(""), 422, "invalid_input"],
    ["a rule of a novel", () => rule("FREQ=WEEKLY;COUNT=2;BYDAY=" + "MO,".repeat(200)), 422, "invalid_input"],
    ["a rule without an end", () => rule("FREQ=WEEKLY"), 422, "invalid_rule"],
    ["every second", () => rule("FREQ=SECONDLY;COUNT=3"), 422, "invalid_rule"],
    ["the 30th of February", () => rule("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=3"), 422, "invalid_rule"],
    ["too many", () => rule("FREQ=DAILY;COUNT=101"), 422, "invalid_rule"],
    ["a misspelt field", () => post({ ...weekly(2), note: "x" }), 422, "invalid_input"],
    ["an unknown zone", () => post({ ...weekly(2), time_zone: "Mars/Olympus" }), 422, "invalid_input"],
    ["an unknown service", () => post({ ...weekly(2), service_id: crypto.randomUUID() }), 404, "not_found"],
    ["an unknown resource", () => post({ ...weekly(2), resource_id: crypto.randomUUID() }), 409, "series_conflicts"],
    ["what was not asked", () => post({ ...weekly(2), intake: { shoe: 42 } }), 422, "invalid_intake"],
    ["an unknown way out", () => post({ ...weekly(2), on_conflict: "force" }), 422, "invalid_input"],
    ["in the past", () => post({ ...weekly(2), starts_at: "2020-01-07T09:00:00Z" }), 409, "series_conflicts"],
    ["for somebody else", () => post({ ...weekly(2), customer_id: stranger.id }), 403, "permission_denied"],
    ["an id that is none", () => call("GET", "/series/42", headers), 422, "invalid_input"],
    ["an unknown id", () => call("GET", `/series/${crypto.randomUUID()}`, headers), 404, "not_found"],
    ["a change of nothing", () => patch({ scope: "all" }), 422, "invalid_input"],
    ["no scope", () => patch({ notes: "x" }), 422, "invalid_input"],
    ["one of which", () => patch({ scope: "one", notes: "x" }), 422, "invalid_input"],
    ["all from where", () => patch({ scope: "all", starts_at }), 422, "invalid_input"],
    ["an appointment of none", () => patch({ scope: "one", appointment_id: mine.id, notes: "x" }), 404, "not_found"],
    [
      "a move into the past",
      () => patch({ scope: "one", appointment_id, starts_at: "2020-01-01T00:00:00Z" }),
      409,
      "series_conflicts",
    ],
    ["a version that is none", () => patch({ scope: "all", notes: "x" }, { "if-match": "x" }), 422, "invalid_input"],
    ["half a scope", () => call("DELETE", `${path}?scope=half`, headers), 422, "invalid_input"],
    ["a broken manage token", () => call("GET", path, asGuest("x")), 401, "invalid_manage_token"],
    ["a method that is not there", () => call("PUT", path, headers, {}), 405, "method_not_allowed"],
  ];
  for (const [name, send, status, code] of cases) {
    await t.step(`${name}: ${status} ${code}`, async () => {
      const answer = await send();
      assert.deepEqual([answer.status, answer.body?.code], [status, code], answer.text);
      ProblemSchema.parse(answer.body);
    });
  }
});
