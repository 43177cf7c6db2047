import assert from "node:assert/strict";
import { asGuest, asUser, book, call, newClinic, newUser, nextSlot } from "./fixture.ts";
import { assertIdempotent, bodyRefusals, type Refusal, refusalsTest } from "./refusals.ts";

const clinic = await newClinic();
const customer = await newUser();
const stranger = await newUser();
const mine = await book(customer, clinic.serviceId);
const headers = asUser(customer);
const unknownId = crypto.randomUUID();
const service_id = clinic.serviceId;

const post = (body: unknown, more: Record<string, string> = {}) =>
  call("POST", "/appointments", { ...headers, ...more }, body);
const put = (body: unknown, more: Record<string, string> = {}) =>
  call("PUT", `/appointments/${mine.id}`, { ...headers, ...more }, body);
const list = (query: string) => call("GET", `/appointments?${query}`, headers);
const slots = (query: string) => call("GET", `/available-slots?${query}`, headers);
const week = `service_id=${service_id}&from=2027-03-01T00:00:00Z&to=2027-03-08T00:00:00Z`;
const past = new Date(Date.now() - 86_400_000).toISOString();
const offGrid = () => nextSlot().replace(/:00\.000Z$/, ":07.000Z");

const cases: Refusal[] = [
  ...bodyRefusals(post),
  ["a number for an id", () => post({ service_id: 1, starts_at: nextSlot() }), 422, "invalid_input"],
  ["no start", () => post({ service_id }), 422, "invalid_input"],
  ["a start that is no time", () => post({ service_id, starts_at: "tomorrow" }), 422, "invalid_input"],
  ["a day that does not exist", () => post({ service_id, starts_at: "2027-02-30T09:00:00Z" }), 422, "invalid_input"],
  ["a start without an offset", () => post({ service_id, starts_at: "2027-03-01T09:00:00" }), 422, "invalid_input"],
  ["a misspelt field", () => post({ service_id, starts_at: nextSlot(), note: "x" }), 422, "invalid_input"],
  [
    "a guest without an address",
    () => post({ service_id, starts_at: nextSlot(), guest: { name: "x" } }),
    422,
    "invalid_input",
  ],
  [
    "notes of a novel",
    () => post({ service_id, starts_at: nextSlot(), notes: "x".repeat(5001) }),
    422,
    "invalid_input",
  ],
  ["a null character", () => post({ service_id, starts_at: nextSlot(), notes: "\0" }), 422, "invalid_input"],
  ["a start in the past", () => post({ service_id, starts_at: past }), 422, "slot_not_offered"],
  ["a start off the grid", () => post({ service_id, starts_at: offGrid() }), 422, "slot_not_offered"],
  ["a start years ahead", () => post({ service_id, starts_at: "2099-01-01T00:00:00Z" }), 422, "slot_not_offered"],
  ["a taken slot", () => post({ service_id, starts_at: mine.starts_at }), 409, "slot_taken"],
  ["an unknown service", () => post({ service_id: unknownId, starts_at: nextSlot() }), 404, "not_found"],
  [
    "an unknown resource",
    () => post({ service_id, starts_at: nextSlot(), resource_id: unknownId }),
    422,
    "slot_not_offered",
  ],
  [
    "a key too long",
    () => post({ service_id, starts_at: nextSlot() }, { "idempotency-key": "x".repeat(201) }),
    422,
    "invalid_input",
  ],

  ["an unknown id", () => call("GET", `/appointments/${unknownId}`, headers), 404, "not_found"],
  ["an id that is none", () => call("GET", "/appointments/42", headers), 422, "invalid_input"],
  [
    "SQL for an id",
    () => call("GET", `/appointments/${encodeURIComponent("' or 1=1 --")}`, headers),
    422,
    "invalid_input",
  ],
  ["someone else's id", () => call("GET", `/appointments/${mine.id}`, asUser(stranger)), 404, "not_found"],
  [
    "a change of someone else's",
    () => call("PUT", `/appointments/${mine.id}`, asUser(stranger), { notes: "x" }),
    404,
    "not_found",
  ],
  ["a broken manage token", () => call("GET", `/appointments/${mine.id}`, asGuest("x")), 401, "invalid_manage_token"],
  ["a reason without a start", () => put({ notes: "x", reason: "x" }), 422, "invalid_input"],
  ["a party of none", () => post({ service_id, starts_at: nextSlot(), party_size: 0 }), 422, "invalid_input"],
  ["half a person", () => post({ service_id, starts_at: nextSlot(), party_size: 1.5 }), 422, "invalid_input"],
  [
    "a party where one comes alone",
    () => post({ service_id, starts_at: nextSlot(), party_size: 2 }),
    422,
    "party_too_large",
  ],
  ["answers in a list", () => post({ service_id, starts_at: nextSlot(), intake: [1] }), 422, "invalid_input"],
  [
    "answers nobody asked for",
    () => post({ service_id, starts_at: nextSlot(), intake: { a: 1 } }),
    422,
    "invalid_intake",
  ],
  ["an unknown hold", () => post({ service_id, hold_id: unknownId }), 404, "not_found"],
  ["a broken hold token", () => post({ service_id, hold_id: unknownId, hold_token: "x" }), 401, "invalid_manage_token"],
  ["an unknown session", () => post({ service_id, session_id: unknownId }), 404, "not_found"],
  ["a change of nothing", () => put({}), 422, "invalid_input"],
  ["a resource without a start", () => put({ resource_id: clinic.resourceId }), 422, "invalid_input"],
  ["a version that is none", () => put({ notes: "x" }, { "if-match": '"latest"' }), 422, "invalid_input"],
  ["a version that has passed", () => put({ notes: "x" }, { "if-match": '"99"' }), 409, "version_conflict"],
  ["a move into the past", () => put({ starts_at: past }), 422, "slot_not_offered"],
  [
    "a reason of a novel",
    () => call("DELETE", `/appointments/${mine.id}?reason=${"x".repeat(1001)}`, headers),
    422,
    "invalid_input",
  ],

  ["a huge limit", () => list("limit=100000"), 422, "invalid_input"],
  ["a limit of nothing", () => list("limit=0"), 422, "invalid_input"],
  ["a broken cursor", () => list("cursor=abc"), 400, "invalid_cursor"],
  ["an unknown status", () => list("status=eaten"), 422, "invalid_input"],
  ["two statuses", () => list("status=booked&status=pending"), 422, "invalid_input"],
  [
    "a list that ends before it starts",
    () => list("from=2027-03-02T00:00:00Z&to=2027-03-01T00:00:00Z"),
    422,
    "invalid_input",
  ],

  ["an unknown zone", () => slots(`${week}&time_zone=Mars/Olympus`), 422, "invalid_input"],
  ["an offset for a zone", () => slots(`${week}&time_zone=%2B02:00`), 422, "invalid_input"],
  [
    "an empty range",
    () => slots(`service_id=${service_id}&from=2027-03-01T00:00:00Z&to=2027-03-01T00:00:00Z`),
    422,
    "invalid_input",
  ],
  [
    "a year of slots",
    () => slots(`service_id=${service_id}&from=2027-01-01T00:00:00Z&to=2028-01-01T00:00:00Z`),
    422,
    "range_too_long",
  ],
  ["slots of no service", () => slots(week.replace(service_id, unknownId)), 404, "not_found"],
  ["slots without a range", () => slots(`service_id=${service_id}`), 422, "invalid_input"],

  ["an unknown path", () => call("GET", "/nonsense", headers), 404, "not_found"],
  [
    "a method that is not there",
    () => call("PATCH", `/appointments/${mine.id}`, headers, {}),
    405,
    "method_not_allowed",
  ],
];

refusalsTest("bad input is refused with its status and code, never with a 500", cases);

Deno.test("a taken slot tells what is in the way and not whose it is", async () => {
  const { body, text } = await call("POST", "/appointments", asUser(stranger), {
    service_id,
    starts_at: mine.starts_at,
  });
  assert.equal(body.code, "slot_taken");
  assert.equal(body.conflicts[0].resource_id, clinic.resourceId);
  assert.deepEqual(
    [Date.parse(body.conflicts[0].starts_at), Date.parse(body.conflicts[0].ends_at)],
    [Date.parse(mine.starts_at), Date.parse(mine.ends_at)],
  );
  assert.ok(!text.includes(customer.id) && !text.includes(mine.id));
});

Deno.test("an idempotency key: the same request again is the same booking, another request is refused", async () => {
  const booking = { service_id, starts_at: nextSlot() };
  await assertIdempotent(post, booking, { ...booking, starts_at: nextSlot() });
});
