import assert from "node:assert/strict";
import { ImportReport } from "../../supabase/functions/appointments/imports/schemas.ts";
import { asGuest, asUser, call, newClinic, newUser, secretWord } from "./fixture.ts";

const clinic = await newClinic();
const [customer, outsider] = await Promise.all([newUser(), newUser()]);
const { owner, staff, organizationId: organization_id, serviceId: service_id } = clinic;

const line = (hour: number, more: Record<string, unknown> = {}) => ({
  external_id: `old-${hour}`,
  service_id,
  starts_at: new Date(Date.UTC(2020, 4, 1, hour)).toISOString(),
  status: "fulfilled",
  customer_id: customer.id,
  ...more,
});
const send = (headers: Record<string, string>, appointments: unknown[], key?: string) =>
  call("POST", "/appointments/import", { ...headers, ...key && { "idempotency-key": key } }, {
    organization_id,
    appointments,
  });

Deno.test("import: each row has its outcome, and again none is done twice", async () => {
  const guest = { name: `${secretWord} Guest`, email: "guest@example.test" };
  const lines = [
    line(1),
    line(2, { customer_id: undefined, guest }),
    line(3, { starts_at: line(1).starts_at }),
    line(4, { status: "no_show" }),
  ];
  const key = crypto.randomUUID();
  const answer = await send(asUser(owner), lines, key);
  assert.equal(answer.status, 200, answer.text);
  const report = ImportReport.parse(answer.body);
  assert.deepEqual(report.results.map(({ outcome, code }) => code ?? outcome), [
    "imported",
    "imported",
    "slot_taken",
    "imported",
  ]);
  assert.deepEqual((await send(asUser(owner), lines, key)).body, answer.body);
  const again = ImportReport.parse((await send(asUser(owner), lines)).body);
  assert.deepEqual([again.imported, again.repeated, again.failed], [0, 3, 1]);

  const path = `/appointments/${report.results[0]!.appointment_id}`;
  const { body } = await call("GET", path, asUser(customer));
  assert.deepEqual([body.status, body.starts_at], ["fulfilled", "2020-05-01T01:00:00+00:00"]);
  assert.equal((await call("GET", path, asUser(outsider))).status, 404);
});

Deno.test("import: who manages appointments, and nobody else", async () => {
  for (const user of [staff, customer, outsider]) {
    const { status, body, text } = await send(asUser(user), [line(10)]);
    assert.deepEqual([status, body.code], [403, "permission_denied"]);
    assert.doesNotMatch(text, new RegExp(secretWord));
  }
  assert.equal((await send(asGuest(), [line(10)])).body.code, "not_authenticated");
  const elsewhere = await newClinic();
  const { body } = await send(asUser(owner), [line(10, { service_id: elsewhere.serviceId })]);
  assert.deepEqual([body.failed, body.results[0].detail], [1, { field: "service_id" }]);
});

Deno.test("import: bad input is refused with its status and code", async () => {
  const cases: [string, unknown[]][] = [
    ["nothing", []],
    ["too much", Array.from({ length: 1001 }, (_, n) => line(n))],
    ["a state of the future", [line(1, { status: "arrived" })]],
    ["no external id", [line(1, { external_id: "" })]],
    ["a field too many", [line(1, { price: 1 })]],
  ];
  for (const [name, lines] of cases) {
    const { status, body } = await send(asUser(owner), lines);
    assert.deepEqual([status, body.code], [422, "invalid_input"], name);
  }
});
