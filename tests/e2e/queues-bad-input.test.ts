import assert from "node:assert/strict";
import { ProblemSchema } from "../../shared/http/openapi.ts";
import { type Answer, asGuest, asUser, call, newClinic, newUser } from "./fixture.ts";
import { join, newQueue } from "./queue-fixture.ts";

const clinic = await newClinic();
const [customer, stranger] = await Promise.all([newUser(), newUser()]);
const queue = await newQueue(clinic);
const elsewhere = await newQueue(await newClinic());
const small = await newQueue(clinic, { maximum_length: 1 });
const owner = asUser(clinic.owner);
await join(small, asUser(customer));
const ticket = await join(queue, asUser(customer));
const unknownId = crypto.randomUUID();
const counter_id = queue.counterId;

const asOwner = (path: string, body?: unknown, more: Record<string, string> = {}) =>
  call("POST", path, { ...owner, ...more }, body);
const joinWith = (body: unknown) => asOwner(`/queues/${queue.id}/join`, body);
const operate = (body: Record<string, unknown>) => asOwner("/queue/update", { queue_id: queue.id, ...body });
const create = (body: Record<string, unknown>) =>
  asOwner("/queues", { organization_id: clinic.organizationId, name: "Another", ...body });
const put = (body: unknown, more: Record<string, string> = {}) =>
  call("PUT", `/tickets/${ticket.id}`, { ...owner, ...more }, body);

const cases: [string, () => Promise<Answer>, number, string][] = [
  ["no JSON", () => joinWith("{"), 400, "invalid_json"],
  ["a list for an object", () => joinWith([]), 422, "invalid_input"],
  ["a misspelt field", () => joinWith({ note: "x" }), 422, "invalid_input"],
  ["a priority of ten", () => joinWith({ priority: 10 }), 422, "invalid_input"],
  ["half a priority", () => joinWith({ priority: 0.5 }), 422, "invalid_input"],
  ["notes of a novel", () => joinWith({ notes: "x".repeat(2001) }), 422, "invalid_input"],
  ["a null character", () => joinWith({ notes: "\0" }), 422, "invalid_input"],
  ["an unknown type", () => joinWith({ ticket_type_id: unknownId }), 422, "invalid_input"],
  ["another queue's type", () => joinWith({ ticket_type_id: elsewhere.typeId }), 422, "invalid_input"],
  ["an unknown customer", () => joinWith({ customer_id: unknownId }), 422, "invalid_input"],
  ["a nameless guest", () => joinWith({ guest: { name: " " } }), 422, "invalid_input"],
  ["a guest with an account", () => joinWith({ guest: { name: "x" }, customer_id: customer.id }), 422, "invalid_input"],
  ["an unknown queue", () => asOwner(`/queues/${unknownId}/join`, {}), 404, "not_found"],
  ["an id that is none", () => asOwner("/queues/42/join", {}), 422, "invalid_input"],
  ["a full line", () => call("POST", `/queues/${small.id}/join`, asUser(stranger), {}), 409, "queue_full"],
  ["one line twice", () => call("POST", `/queues/${queue.id}/join`, asUser(customer), {}), 409, "already_in_line"],

  ["a call without a counter", () => asOwner(`/queues/${queue.id}/call-next`, {}), 422, "invalid_input"],
  ["an unknown counter", () => asOwner(`/queues/${queue.id}/call-next`, { counter_id: unknownId }), 404, "not_found"],
  [
    "another queue's counter",
    () => asOwner(`/queues/${queue.id}/call-next`, { counter_id: small.counterId }),
    404,
    "not_found",
  ],
  [
    "another queue's ticket",
    () => asOwner(`/queues/${small.id}/call-next`, { counter_id: small.counterId, ticket_id: ticket.id }),
    404,
    "not_found",
  ],
  [
    "a key too long",
    () => asOwner(`/queues/${queue.id}/call-next`, { counter_id }, { "idempotency-key": "x".repeat(201) }),
    422,
    "invalid_input",
  ],

  ["an unknown ticket", () => asOwner(`/tickets/${unknownId}/serve`), 404, "not_found"],
  ["service before the call", () => asOwner(`/tickets/${ticket.id}/serve`), 409, "invalid_transition"],
  ["done before service", () => asOwner(`/tickets/${ticket.id}/done`), 409, "invalid_transition"],
  ["a reopening of who waits", () => asOwner(`/tickets/${ticket.id}/reopen`), 409, "invalid_transition"],
  ["a version that has passed", () => put({ notes: "x" }, { "if-match": '"99"' }), 409, "version_conflict"],
  ["a version that is none", () => put({ notes: "x" }, { "if-match": "latest" }), 422, "invalid_input"],
  ["a change of nothing", () => put({}), 422, "invalid_input"],
  ["a broken manage token", () => call("GET", `/tickets/${ticket.id}`, asGuest("x")), 401, "invalid_manage_token"],
  ["a transfer to nowhere", () => asOwner(`/tickets/${ticket.id}/transfer`, {}), 422, "invalid_input"],
  [
    "a transfer to where it is",
    () => asOwner(`/tickets/${ticket.id}/transfer`, { queue_id: queue.id }),
    422,
    "invalid_input",
  ],
  [
    "a transfer to another organization",
    () => asOwner(`/tickets/${ticket.id}/transfer`, { queue_id: elsewhere.id }),
    404,
    "not_found",
  ],
  [
    "a transfer to no queue",
    () => asOwner(`/tickets/${ticket.id}/transfer`, { queue_id: unknownId }),
    404,
    "not_found",
  ],

  ["an unknown action", () => operate({ action: "explode" }), 422, "invalid_input"],
  ["a counter's action without one", () => operate({ action: "open_counter" }), 422, "invalid_input"],
  ["a queue's action with one", () => operate({ action: "pause", counter_id }), 422, "invalid_input"],
  [
    "another organization's staff",
    () => operate({ action: "open_counter", counter_id, resource_id: unknownId }),
    422,
    "invalid_input",
  ],
  ["a queue without a name", () => create({ name: " " }), 422, "invalid_input"],
  ["a zone on Mars", () => create({ prefix: "ZZA", time_zone: "Mars/Olympus" }), 422, "invalid_input"],
  ["an order by beauty", () => create({ prefix: "ZZB", order_by: ["beauty"] }), 422, "invalid_input"],
  [
    "an order with one key twice",
    () => create({ prefix: "ZZC", order_by: ["arrival", "arrival"] }),
    422,
    "invalid_input",
  ],
  ["a location of nobody", () => create({ prefix: "ZZD", location_id: unknownId }), 422, "invalid_input"],
  ["a field that is not to be set", () => create({ prefix: "ZZE", last_number: 7 }), 422, "invalid_input"],
  ["a prefix twice", () => create({ prefix: "ZZZ" }).then(() => create({ prefix: "ZZZ" })), 409, "conflict"],
  [
    "a counter for another queue's type",
    () => asOwner(`/queues/${queue.id}/counters`, { name: "x", ticket_type_ids: [small.typeId] }),
    422,
    "invalid_input",
  ],
  ["a type without a name", () => asOwner(`/queues/${queue.id}/types`, {}), 422, "invalid_input"],
  [
    "a service of another organization",
    () => asOwner(`/queues/${queue.id}/types`, { name: "x", service_id: unknownId }),
    422,
    "invalid_input",
  ],
  ["a method that is not there", () => call("DELETE", `/tickets/${ticket.id}`, owner), 405, "method_not_allowed"],
];

Deno.test("queues: bad input is refused with its status and code, never with a 500", async (t) => {
  for (const [name, send, status, code] of cases) {
    await t.step(`${name}: ${status} ${code}`, async () => {
      const answer = await send();
      assert.deepEqual([answer.status, answer.body?.code], [status, code], answer.text);
      assert.equal(ProblemSchema.parse(answer.body).status, status);
    });
  }
});

Deno.test("queues: a key presses once", async () => {
  const busy = await newQueue(clinic);
  const key = () => ({ "idempotency-key": crypto.randomUUID() });
  const twice = async (path: string, body: unknown) => {
    const more = key();
    const answers = [await asOwner(path, body, more), await asOwner(path, body, more)];
    assert.deepEqual(answers[1]!.body, answers[0]!.body, path);
    assert.equal((await asOwner(path, { ...body as object, notes: "other" }, more)).status >= 400, true);
    return answers[0]!;
  };
  assert.equal((await twice(`/queues/${busy.id}/join`, {})).body.number, 1);
  assert.equal((await join(busy, owner)).number, 2);
  assert.equal((await twice(`/queues/${busy.id}/call-next`, { counter_id: busy.counterId })).body.waiting, 1);
  await twice(`/queues/${busy.id}/counters`, { name: "Third" });
  await twice(`/queues/${busy.id}/types`, { name: "Second" });
});
