import assert from "node:assert/strict";
import { BookedAppointment, Slots } from "../../supabase/functions/appointments/schemas.ts";
import { Session, SessionPage } from "../../supabase/functions/appointments/sessions/schemas.ts";
import { accessTest, anyUser, type Caller, type Expected, forged, managersOnly, newCast } from "./access.ts";
import { asGuest, asUser, call, newService, nextSlot, secretWord, stack } from "./fixture.ts";
import { assertIdempotent, bodyRefusals, type Refusal, refusalsTest } from "./refusals.ts";

const { clinic, customer, callers } = await newCast();
const { owner, organizationId, resourceId, serviceId } = clinic;
const intake_fields = [{ name: "level", type: "choice", choices: ["new", "old"] }];
const group = { seats: 4, maximum_party: 3, intake_fields };
const service_id = await newService(owner, organizationId, resourceId, group);
const headers = asUser(customer);
const guest = { name: `${secretWord} Guest`, email: "guest@example.test" };
const unknownId = crypto.randomUUID();

async function plan(more: object = {}) {
  const { status, body, text } = await call("POST", "/sessions", callers.owner, {
    service_id,
    starts_at: nextSlot(),
    ...more,
  });
  assert.equal(status, 201, text);
  return Session.parse(body);
}
const make = () => plan();
const look = async ({ id }: { id: string }) => (await call("GET", `/sessions/${id}`, callers.owner)).body;
const join = (id: string, body: unknown, more: Record<string, string> = {}) =>
  call("POST", `/sessions/${id}/join`, { ...headers, ...more }, body);

accessTest("plan a session", callers, {
  expected: managersOnly([201]),
  send: (as) => call("POST", "/sessions", as, { service_id, starts_at: nextSlot() }),
  accepted: ({ body, headers }) => {
    assert.deepEqual(Session.parse(body), body);
    assert.deepEqual([body.seats_left, body.planned], [4, true]);
    assert.equal(headers.get("location"), `${stack.url}/functions/v1/appointments/sessions/${body.id}`);
  },
});

const anyoneWithKey: Record<Caller, Expected> = anyUser([200], [200]);
accessTest("read a session", callers, {
  expected: anyoneWithKey,
  make,
  send: (as, { id }) => call("GET", `/sessions/${id}`, as),
  reads: true,
  accepted: ({ body }) => assert.deepEqual(Session.parse(body), body),
});

const range = `from=2026-01-01T00:00:00Z&to=2099-01-01T00:00:00Z`;
accessTest("list sessions", callers, {
  expected: anyoneWithKey,
  make,
  send: (as) => call("GET", `/sessions?service_id=${service_id}&${range}`, as),
  reads: true,
  accepted: ({ body }) => assert.ok(SessionPage.parse(body).items.length > 0),
});

accessTest("join a session", callers, {
  expected: anyUser([201]),
  make,
  send: (as, { id }) => call("POST", `/sessions/${id}/join`, as, { intake: { level: "new" } }),
  look,
  accepted: ({ body }) => {
    assert.deepEqual(BookedAppointment.parse(body), body);
    assert.deepEqual([body.party_size, body.intake], [1, { level: "new" }]);
  },
});

accessTest("cancel a session", callers, {
  expected: managersOnly([200]),
  make,
  send: (as, { id }) => call("DELETE", `/sessions/${id}`, as, { reason: "x" }),
  look,
  accepted: ({ body }) => assert.equal(Session.parse(body).status, "cancelled"),
});

const open = await plan();
const elsewhere = await plan();
const hidden = await newService(owner, organizationId, resourceId, { ...group, visibility: "private" });
const secret = await plan({ service_id: hidden });
const post = (body: unknown, more: Record<string, string> = {}) =>
  call("POST", "/sessions", { ...callers.owner, ...more }, body);
const list = (query: string) => call("GET", `/sessions?${query}`, headers);
const past = new Date(Date.now() - 86_400_000).toISOString();

const refusals: Refusal[] = [
  ...bodyRefusals(post),
  ["a session of no service", () => post({ service_id: unknownId, starts_at: nextSlot() }), 404, "not_found"],
  [
    "a session of one person's service",
    () => post({ service_id: serviceId, starts_at: nextSlot() }),
    422,
    "not_a_group_service",
  ],
  ["a session of no seats", () => post({ service_id, starts_at: nextSlot(), seats: 0 }), 422, "invalid_input"],
  ["a session in the past", () => post({ service_id, starts_at: past }), 422, "slot_not_offered"],
  ["a session where another is", () => post({ service_id: hidden, starts_at: open.starts_at }), 409, "slot_taken"],
  ["no range", () => list(`service_id=${service_id}`), 422, "invalid_input"],
  ["neither service nor organization", () => list(range), 422, "invalid_input"],
  [
    "a range backwards",
    () => list(`service_id=${service_id}&from=${past}&to=2020-01-01T00:00:00Z`),
    422,
    "invalid_input",
  ],
  ["a broken cursor", () => list(`service_id=${service_id}&${range}&cursor=x`), 400, "invalid_cursor"],
  ["a huge limit", () => list(`service_id=${service_id}&${range}&limit=201`), 422, "invalid_input"],
  ["an unknown session", () => call("GET", `/sessions/${unknownId}`, headers), 404, "not_found"],
  ["a private one", () => call("GET", `/sessions/${secret.id}`, headers), 404, "not_found"],
  ["an id that is none", () => call("GET", "/sessions/42", headers), 422, "invalid_input"],
  ...bodyRefusals((body, more) => join(open.id, body, more)),
  ["joining what is not there", () => join(unknownId, {}), 404, "not_found"],
  ["joining a private one", () => join(secret.id, {}), 404, "not_found"],
  ["a party too large", () => join(open.id, { party_size: 4 }), 422, "party_too_large"],
  ["an answer that is no choice", () => join(open.id, { intake: { level: "sage" } }), 422, "invalid_intake"],
  ["an answer of a huge number", () => join(open.id, '{"intake":{"level":1e400}}'), 422, "invalid_input"],
  ["a guest with no address", () => join(open.id, { guest: { name: "x" } }), 422, "invalid_input"],
  ["for somebody else", () => join(open.id, { customer_id: owner.id }), 403, "permission_denied"],
  [
    "a reason of a novel",
    () => call("DELETE", `/sessions/${elsewhere.id}?reason=${"x".repeat(1001)}`, callers.owner),
    422,
    "invalid_input",
  ],
];
refusalsTest("sessions: bad input is refused with its status and code", refusals);

Deno.test("a key plans once, and joins once", async () => {
  const asked = { service_id, starts_at: nextSlot() };
  await assertIdempotent(post, asked, { ...asked, seats: 2 });
  const { id } = await plan();
  await assertIdempotent((body, more) => join(id, body, more), { party_size: 2 }, { party_size: 1 });
  assert.equal((await look({ id })).seats_taken, 2);
});

Deno.test("seats are taken until there are none, and listed as they are", async () => {
  const { id, starts_at, ends_at } = await plan();
  const slots = async (party: number) => {
    const when = `from=${encodeURIComponent(starts_at)}&to=${encodeURIComponent(ends_at)}`;
    const { body } = await call(
      "GET",
      `/available-slots?service_id=${service_id}&${when}&party_size=${party}`,
      headers,
    );
    return Slots.parse(body).slots.map((slot) => slot.seats_left);
  };
  const party = await join(id, { party_size: 3, intake: { level: "old" } });
  assert.deepEqual([party.status, party.body.session_id, party.body.party_size], [201, id, 3]);
  assert.deepEqual([await slots(1), await slots(2)], [[1], []]);
  const full = await call("POST", `/sessions/${id}/join`, callers.outsider, { party_size: 2 });
  assert.deepEqual([full.status, full.body.code], [409, "session_full"]);
  const asGuestOfIt = await call("POST", `/sessions/${id}/join`, asGuest(), { guest });
  assert.ok(BookedAppointment.parse(asGuestOfIt.body).manage_token);
  const cancelled = await call("DELETE", `/sessions/${id}?reason=Burst+pipe`, callers.owner);
  assert.equal(cancelled.status, 200, cancelled.text);
  assert.deepEqual([cancelled.body.status, cancelled.body.seats_left], ["cancelled", 4]);
  const own = await call("GET", `/appointments/${party.body.id}`, headers);
  assert.deepEqual([own.body.status, own.body.cancellation_reason], ["cancelled", "Burst pipe"]);
  assert.equal((await call("GET", `/sessions/${id}`, headers)).status, 404, "customers see those that take place");
});

Deno.test("of many who want the last seats at once as many get them as there are", async () => {
  const { id } = await plan();
  const answers = await Promise.all(Array.from({ length: 8 }, () => join(id, {})));
  assert.equal(answers.filter(({ status }) => status === 201).length, 4);
  assert.equal(answers.filter(({ body }) => body.code === "session_full").length, 4);
});

Deno.test("pages of sessions follow each other without gap or repetition", async () => {
  const own = await newService(owner, organizationId, resourceId, group);
  const ids: string[] = [];
  for (let made = 0; made < 5; made++) ids.push((await plan({ service_id: own })).id);
  const seen: string[] = [];
  for (let cursor: string | null = ""; cursor !== null;) {
    const { body } = await list(`service_id=${own}&${range}&limit=2${cursor && `&cursor=${cursor}`}`);
    const page = SessionPage.parse(body);
    seen.push(...page.items.map(({ id }) => id));
    cursor = page.next_cursor;
  }
  assert.deepEqual(seen, ids);
  const others = await call("GET", `/sessions?organization_id=${organizationId}&${range}&limit=200`, headers);
  assert.ok(!SessionPage.parse(others.body).items.some(({ service_id }) => service_id === hidden));
  for (const who of ["alg:none", "token as apikey"] as const) {
    const refused = await call("GET", `/sessions?service_id=${own}&${range}`, callers[who]);
    assert.deepEqual([refused.status, refused.body.code], forged[who]);
  }
});
