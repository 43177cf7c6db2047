import assert from "node:assert/strict";
import { answerOf } from "../../shared/db/answer.ts";
import { ProblemSchema } from "../../shared/http/openapi.ts";
import { Day, History, Week } from "../../supabase/functions/appointments/lists/schemas.ts";
import { Location, Locations, Nearby } from "../../supabase/functions/appointments/places/schemas.ts";
import { type Answer, asGuest, asUser, book, call, newClinic, newUser, secretWord } from "./fixture.ts";

const clinic = await newClinic();
const [customer, outsider] = await Promise.all([newUser(), newUser()]);
const { owner, staff, organizationId, resourceId, serviceId } = clinic;

const callers = {
  owner: asUser(owner),
  staff: asUser(staff),
  customer: asUser(customer),
  outsider: asUser(outsider),
  guest: asGuest(),
  anonymous: {},
};
type Caller = keyof typeof callers;
type Expected = readonly [number] | readonly [number, string];
const notSignedIn = { guest: [401, "not_authenticated"], anonymous: [401, "not_authenticated"] } as const;
const denied = [403, "permission_denied"] as const;
const unknown = [404, "not_found"] as const;

// A spot of its own in the South Pacific: the tests of one run share a database.
const latitude = -40 - Math.random();
const longitude = -120 - Math.random();
const place = { organization_id: organizationId, name: "Main", time_zone: "Europe/Paris", latitude, longitude };
const make = (headers: Record<string, string>, body: unknown = place) => call("POST", "/locations", headers, body);
const location = Location.parse((await make(callers.owner)).body);
await answerOf(
  owner.client.rpc("update_resource", { resource_id: resourceId, changes: { location_id: location.id } }),
);
await answerOf(owner.client.rpc("update_organization", { organization_id: organizationId, listed: true }));
const booked = await book(customer, serviceId);
const day = new Intl.DateTimeFormat("sv", { timeZone: "Europe/Paris" }).format(new Date(booked.starts_at));

async function outcomes(
  expected: Record<Caller, Expected>,
  send: (headers: Record<string, string>) => Promise<Answer>,
) {
  for (const [who, outcome] of Object.entries(expected) as [Caller, Expected][]) {
    const answer = await send(callers[who]);
    assert.deepEqual([answer.status, ...outcome[1] ? [answer.body.code] : []], [...outcome], `${who}: ${answer.text}`);
    if (outcome[0] < 400) continue;
    ProblemSchema.parse(answer.body);
    assert.doesNotMatch(answer.text, new RegExp(secretWord), `${who} is told what is not theirs`);
  }
}

Deno.test("locations: managers make and change them, members see them", async () => {
  await outcomes(
    { owner: [201], staff: denied, customer: denied, outsider: denied, ...notSignedIn },
    (headers) => make(headers, { ...place, name: "Annex", latitude: undefined, longitude: undefined }),
  );
  const change = (headers: Record<string, string>) =>
    call("PUT", `/locations/${location.id}`, headers, { address: "x" });
  await outcomes({ owner: [200], staff: denied, customer: unknown, outsider: unknown, ...notSignedIn }, change);
  const seen = async (who: Caller) => {
    const { body } = await call("GET", `/locations?organization_id=${organizationId}`, callers[who]);
    return Locations.parse(body).items.map(({ name }) => name);
  };
  for (const who of ["owner", "staff"] as const) assert.deepEqual(await seen(who), ["Annex", "Main"]);
  for (const who of ["customer", "outsider"] as const) assert.deepEqual(await seen(who), []);
});

Deno.test("locations: the same key makes one", async () => {
  const headers = { ...callers.owner, "idempotency-key": crypto.randomUUID() };
  const [first, again] = [
    await make(headers, { ...place, name: "Once" }),
    await make(headers, { ...place, name: "Once" }),
  ];
  assert.deepEqual([first.status, again.body.id], [201, first.body.id]);
  assert.equal((await make(headers, { ...place, name: "Twice" })).body.code, "idempotency_mismatch");
});

Deno.test("a location's day: members with appointments.read", async () => {
  const read = (headers: Record<string, string>) => call("GET", `/locations/${location.id}/day?day=${day}`, headers);
  await outcomes({ owner: [200], staff: [200], customer: unknown, outsider: unknown, ...notSignedIn }, read);
  const board = Day.parse((await read(callers.staff)).body);
  assert.deepEqual(board.items.map(({ id }) => id), [booked.id]);
  assert.equal(board.items[0]!.location_id, location.id);
});

Deno.test("a resource's week: members with appointments.read, page by page", async () => {
  await book(customer, serviceId);
  const path = `/resources/${resourceId}/week?first_day=${day}`;
  await outcomes(
    { owner: [200], staff: [200], customer: unknown, outsider: unknown, ...notSignedIn },
    (headers) => call("GET", path, headers),
  );
  const whole = Week.parse((await call("GET", path, callers.staff)).body);
  assert.ok(whole.items.some(({ appointment }) => appointment?.id === booked.id));
  const paged: string[] = [];
  for (let cursor: string | null = ""; cursor !== null;) {
    const { body } = await call("GET", `${path}&limit=1${cursor && `&cursor=${cursor}`}`, callers.staff) as Answer;
    const page = Week.parse(body);
    paged.push(...page.items.map(({ appointment }) => appointment!.id));
    cursor = page.next_cursor;
  }
  assert.deepEqual(paged, whole.items.map(({ appointment }) => appointment!.id));
});

Deno.test("a customer's history: their own, and for members what was at theirs", async () => {
  const path = `/customers/${customer.id}/appointments`;
  const here = `${path}?organization_id=${organizationId}`;
  await outcomes(
    { owner: [200], staff: [200], customer: [200], outsider: denied, ...notSignedIn },
    (headers) => call("GET", here, headers),
  );
  const own = History.parse((await call("GET", path, callers.customer)).body);
  assert.ok(own.items.some(({ id }) => id === booked.id));
  assert.deepEqual((await call("GET", here, callers.staff)).body, (await call("GET", here, callers.customer)).body);
  const first = History.parse((await call("GET", `${path}?limit=1`, callers.customer)).body);
  const next = History.parse((await call("GET", `${path}?limit=1&cursor=${first.next_cursor}`, callers.customer)).body);
  assert.deepEqual([...first.items, ...next.items].map(({ id }) => id), own.items.slice(0, 2).map(({ id }) => id));
});

Deno.test("nearby: anyone finds who is listed, and when they can come", async () => {
  const near = async (more = "", headers: Record<string, string> = callers.guest) => {
    const answer = await call(
      "GET",
      `/organizations/nearby?latitude=${latitude}&longitude=${longitude}${more}`,
      headers,
    );
    assert.equal(answer.status, 200, answer.text);
    return Nearby.parse(answer.body).organizations;
  };
  for (const who of ["guest", "outsider", "owner"] as const) {
    const [found, ...others] = await near("", callers[who]);
    assert.deepEqual([found!.organization_id, found!.distance_metres, found!.open_now, others], [
      organizationId,
      0,
      true,
      [],
    ]);
    assert.ok(Date.parse(found!.next_slot!.starts_at) > Date.now());
  }
  assert.equal((await near("&open_now=true")).length, 1);
  assert.equal((await near(`&service_name=${secretWord.toLowerCase()}`)).length, 1);
  assert.deepEqual(await near("&service_name=massage"), []);
  assert.deepEqual(await near("&kind=bank"), []);
  const [found] = await near();
  const slot = { service_id: found!.next_slot!.service_id, starts_at: found!.next_slot!.starts_at };
  const taken = await call("POST", "/appointments", callers.customer, slot);
  assert.equal(taken.status, 201, `what is offered can be booked: ${taken.text}`);
  assert.notEqual((await near())[0]!.next_slot!.starts_at, slot.starts_at);
});

const bad: [string, string, number, string][] = [
  ["beyond the pole", "/organizations/nearby?latitude=91&longitude=0", 422, "invalid_input"],
  ["nowhere", "/organizations/nearby?latitude=&longitude=0", 422, "invalid_input"],
  ["no number", "/organizations/nearby?latitude=NaN&longitude=0", 422, "invalid_input"],
  ["the whole earth", "/organizations/nearby?latitude=0&longitude=0&radius_metres=200001", 422, "invalid_input"],
  ["too many", "/organizations/nearby?latitude=0&longitude=0&limit=21", 422, "invalid_input"],
  ["a broken cursor", "/organizations/nearby?latitude=0&longitude=0&cursor=x", 400, "invalid_cursor"],
  ["a day that is none", `/locations/${location.id}/day?day=2027-02-30`, 422, "invalid_input"],
  ["no day", `/locations/${location.id}/day`, 422, "invalid_input"],
  ["no such place", `/locations/${crypto.randomUUID()}/day?day=2027-03-01`, 404, "not_found"],
  ["a broken cursor of a day", `/locations/${location.id}/day?day=2027-03-01&cursor=x`, 400, "invalid_cursor"],
  ["no such resource", `/resources/${crypto.randomUUID()}/week?first_day=2027-03-01`, 404, "not_found"],
  ["a huge page", `/resources/${resourceId}/week?first_day=2027-03-01&limit=201`, 422, "invalid_input"],
  ["everybody's history", `/customers/${customer.id}/appointments`, 422, "invalid_input"],
  ["an id that is none", "/customers/42/appointments", 422, "invalid_input"],
  ["locations of nobody", "/locations", 422, "invalid_input"],
];

Deno.test("bad input is refused with its status and code", async (t) => {
  for (const [name, path, status, code] of bad) {
    await t.step(`${name}: ${status} ${code}`, async () => {
      const answer = await call("GET", path, callers.staff);
      assert.deepEqual([answer.status, answer.body?.code], [status, code], answer.text);
    });
  }
  const bodies: [string, unknown][] = [
    ["half a position", { ...place, longitude: undefined }],
    ["off the earth", { ...place, latitude: 90.5 }],
    ["a zone of Mars", { ...place, time_zone: "Mars/Base" }],
    ["no name", { ...place, name: " " }],
    ["a field too many", { ...place, active: false }],
  ];
  for (const [name, body] of bodies) {
    await t.step(name, async () => assert.equal((await make(callers.owner, body)).body.code, "invalid_input"));
  }
  const change = (body: unknown) => call("PUT", `/locations/${location.id}`, callers.owner, body);
  for (const body of [{}, { latitude: null }, { organization_id: organizationId }]) {
    assert.equal((await change(body)).body.code, "invalid_input", JSON.stringify(body));
  }
});

Deno.test("the lists are there over PostgREST too, with the same answer", async () => {
  const rows = await answerOf(staff.client.rpc("location_day", { location_id: location.id, day }));
  const { body } = await call("GET", `/locations/${location.id}/day?day=${day}`, callers.staff);
  assert.deepEqual(rows.map(({ id }) => id), body.items.map(({ id }: { id: string }) => id));
  const refused = await outsider.client.rpc("location_day", { location_id: location.id, day });
  assert.deepEqual([refused.status, refused.error?.message], [404, "not_found"]);
});
