import assert from "node:assert/strict";
import { assertRefused, newCast } from "./access.ts";
import { asKey, asService, newKey, newService, newToken } from "./credentials.ts";
import { asUser, book, call, newClinic, nextSlot } from "./fixture.ts";

const { clinic, customer } = await newCast();
const { organizationId: organization_id, serviceId: service_id, approvalServiceId } = clinic;
const other = await newClinic();
const owner = asUser(clinic.owner);

const tokenOf = async (scopes: string[]) => newToken(await newService(scopes, { headers: owner, organization_id }));
const reader = ["appointments.read"];
const desk = ["appointments.read", "appointments.manage"];
const machines = {
  key: { reads: asKey((await newKey(clinic, reader)).key), books: asKey((await newKey(clinic, desk)).key) },
  service: { reads: asService(await tokenOf(reader)), books: asService(await tokenOf(desk)) },
};
const stranger = asKey((await newKey(other, desk)).key);
const guest = { name: "Anna", email: "anna@example.test" };

for (const [kind, { reads, books }] of Object.entries(machines)) {
  Deno.test(`a ${kind} does at the desk what its scopes allow`, async () => {
    const { id } = await book(customer, approvalServiceId);
    const list = await call("GET", `/appointments?organization_id=${organization_id}`, reads);
    assert.ok(list.body.items.some((item: { id: string }) => item.id === id), list.text);
    assert.equal((await call("GET", `/appointments/${id}`, reads)).status, 200);
    assertRefused(await call("POST", `/appointments/${id}/confirm`, reads), [403, "permission_denied"], "a reader");
    assertRefused(
      await call("POST", `/appointments/${id}/confirm`, stranger),
      [404, "not_found"],
      "another organization's",
    );
    const confirmed = await call("POST", `/appointments/${id}/confirm`, books);
    assert.deepEqual([confirmed.status, confirmed.body.status], [200, "booked"], confirmed.text);
  });

  Deno.test(`a ${kind} books for others, not for itself`, async () => {
    const key = { "idempotency-key": crypto.randomUUID() };
    const booking = { service_id, starts_at: nextSlot(), guest };
    const first = await call("POST", "/appointments", { ...books, ...key }, booking);
    assert.equal(first.status, 201, first.text);
    assert.equal((await call("POST", "/appointments", { ...books, ...key }, booking)).body.id, first.body.id);
    const forCustomer = await call("POST", "/appointments", books, {
      service_id,
      starts_at: nextSlot(),
      customer_id: customer.id,
    });
    assert.deepEqual([forCustomer.status, forCustomer.body.customer_id], [201, customer.id], forCustomer.text);
    const itself = await call("POST", "/appointments", books, { service_id, starts_at: nextSlot() });
    assertRefused(itself, [422, "invalid_input"], "itself");
    for (const [who, headers] of Object.entries({ reads, stranger })) {
      const answer = await call("POST", "/appointments", headers, { service_id, starts_at: nextSlot(), guest });
      assertRefused(answer, [403, "permission_denied"], who);
    }
  });

  Deno.test(`a ${kind} is told apart from others under one idempotency key`, async () => {
    const key = { "idempotency-key": crypto.randomUUID() };
    const answers = await Promise.all(
      [books, owner].map((headers) =>
        call("POST", "/appointments", { ...headers, ...key }, { service_id, starts_at: nextSlot(), guest })
      ),
    );
    assert.deepEqual(answers.map(({ status }) => status), [201, 201]);
    assert.notEqual(answers[0]!.body.id, answers[1]!.body.id);
  });
}
