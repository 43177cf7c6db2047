import assert from "node:assert/strict";
import { answerOf } from "../../shared/db/answer.ts";
import { SagaPage, SagaWithSteps } from "../../supabase/functions/platform/sagas/schemas.ts";
import { accessTest, type Caller, type Expected, managersOnly, newCast } from "./access.ts";
import { asUser, callPlatform as call, clientFor, newUser, stack } from "./fixture.ts";
import { newPolicy, publish, sagaOver } from "./policy-fixture.ts";
import { bodyRefusals, type Refusal, refusalsTest } from "./refusals.ts";

const { clinic, callers } = await newCast();
const { owner, staff, organizationId } = clinic;
const service = clientFor(stack.secretKey);
const as = callers.owner;

const { saga_id: doneId } = await publish(owner, (await newPolicy(owner, organizationId)).id);
await sagaOver(owner, doneId);

/** A saga that no worker knows: it is parked. */
async function newParked(): Promise<{ id: string }> {
  const started = await answerOf(
    service.rpc("start_saga", { organization_id: organizationId, name: "of_another_time" }),
  ) as { id: string };
  assert.equal((await sagaOver(owner, started.id)).status, "parked");
  return started;
}
const parked = await newParked();

/** Who manages the organization; others do not see what they did not start. */
const runners = (allowed: Expected): Record<Caller, Expected> => ({
  ...managersOnly(allowed),
  staff: [404, "not_found"],
  colleague: [404, "not_found"],
});
const look = async ({ id }: { id: string }) => (await call("GET", `/sagas/${id}`, as)).body;

accessTest("read a saga", callers, {
  expected: runners([200]),
  make: () => Promise.resolve({ id: doneId }),
  reads: true,
  look,
  send: (who, { id }) => call("GET", `/sagas/${id}`, who),
  accepted: ({ body }) => assert.deepEqual(SagaWithSteps.parse(body), body),
});
accessTest("cancel a saga", callers, {
  expected: runners([200]),
  make: newParked,
  look,
  send: (who, { id }) => call("POST", `/sagas/${id}/cancel`, who, { reason: "x" }),
  accepted: ({ body }) => assert.equal(SagaWithSteps.parse(body).status, "undone"),
});
accessTest("resume a saga", callers, {
  expected: runners([200]),
  make: newParked,
  look,
  send: (who, { id }) => call("POST", `/sagas/${id}/resume`, who, { decision: "retry", reason: "x" }),
  accepted: ({ body }) => assert.equal(SagaWithSteps.parse(body).status, "running"),
});
accessTest("list sagas", callers, {
  expected: {
    ...managersOnly([200]),
    staff: [200],
    colleague: [200],
    customer: [403, "permission_denied"],
    "other customer": [403, "permission_denied"],
    outsider: [403, "permission_denied"],
  },
  send: (who) => call("GET", `/sagas?organization_id=${organizationId}&limit=2`, who),
  accepted: ({ body }, who) => assert.equal(SagaPage.parse(body).items.length, who === "owner" ? 2 : 0, who),
});

Deno.test("an unknown definition parks a saga with what to do about it", async () => {
  const saga = await look(parked);
  assert.deepEqual([saga.error.code, saga.version, saga.steps], ["unknown_definition", null, []]);
  assert.match(saga.error.message, /deploy the function that defines it/);
});

Deno.test("a parked saga is found in the list, page by page", async () => {
  const found: string[] = [];
  for (let cursor: string | null = "";;) {
    const query: string = `/sagas?organization_id=${organizationId}&status=parked&limit=1${
      cursor && `&cursor=${cursor}`
    }`;
    const page = SagaPage.parse((await call("GET", query, as)).body);
    found.push(...page.items.map(({ id }) => id));
    if ((cursor = page.next_cursor) === null) break;
  }
  assert.ok(found.includes(parked.id));
  assert.equal(new Set(found).size, found.length);
  const named = await call("GET", `/sagas?organization_id=${organizationId}&name=publish_policy`, as);
  assert.deepEqual(named.body.items.map(({ id }: { id: string }) => id), [doneId]);
});

Deno.test("who started a saga sees it, and no other", async () => {
  const admin = await newUser();
  const invitation = { organization_id: organizationId, email: admin.email, role: "admin" };
  const { token } = await answerOf(owner.client.rpc("invite_member", invitation)) as { token: string };
  await answerOf(admin.client.rpc("accept_invitation", { token }));
  const { saga_id } = await publish(admin, (await newPolicy(admin, organizationId)).id);
  assert.equal((await sagaOver(admin, saga_id)).created_by, admin.id);
  // A viewer cannot start it, so it is not theirs to see any more.
  await answerOf(
    owner.client.rpc("set_member_role", { organization_id: organizationId, user_id: admin.id, role: "viewer" }),
  );
  assert.equal((await call("GET", `/sagas/${saga_id}`, asUser(admin))).status, 404);
});

const resume = (body: unknown, id = parked.id, headers: Record<string, string> = {}) =>
  call("POST", `/sagas/${id}/resume`, { ...as, ...headers }, body);
const cancel = (body: unknown, id = doneId) => call("POST", `/sagas/${id}/cancel`, as, body);
const list = (query: string) => call("GET", `/sagas?${query}`, as);
const unknownId = crypto.randomUUID();

const refusals: Refusal[] = [
  ...bodyRefusals((body, headers) => resume(body, parked.id, headers)),
  ["no reason", () => resume({ decision: "retry" }), 422, "invalid_input"],
  ["a reason of blanks", () => resume({ decision: "retry", reason: "  " }), 422, "invalid_input"],
  ["a reason of a novel", () => resume({ decision: "retry", reason: "x".repeat(1001) }), 422, "invalid_input"],
  ["another decision", () => resume({ decision: "forget", reason: "x" }), 422, "invalid_input"],
  ["skipping where there is no step", () => resume({ decision: "skip", reason: "x" }), 422, "invalid_input"],
  ["resuming what is done", () => resume({ decision: "retry", reason: "x" }, doneId), 409, "saga_not_parked"],
  ["cancelling what is done", () => cancel({ reason: "x" }), 409, "saga_not_running"],
  ["cancelling without a reason", () => cancel({}), 422, "invalid_input"],
  ["an unknown saga", () => call("GET", `/sagas/${unknownId}`, as), 404, "not_found"],
  ["cancelling an unknown one", () => cancel({ reason: "x" }, unknownId), 404, "not_found"],
  ["an id that is none", () => call("GET", "/sagas/42", as), 422, "invalid_input"],
  ["a list of no organization", () => list(""), 422, "invalid_input"],
  ["a list of an unknown one", () => list(`organization_id=${unknownId}`), 403, "permission_denied"],
  ["an unknown status", () => list(`organization_id=${organizationId}&status=x`), 422, "invalid_input"],
  [
    "a name that is none",
    () => list(`organization_id=${organizationId}&name=${encodeURIComponent("a b")}`),
    422,
    "invalid_input",
  ],
  ["a broken cursor", () => list(`organization_id=${organizationId}&cursor=x`), 400, "invalid_cursor"],
];
refusalsTest("sagas: bad input is refused with its status and code", refusals);

Deno.test("nobody starts or advances a saga with a user's token", async () => {
  const { client } = staff;
  const forged = { saga_id: doneId, lease_token: unknownId };
  for (
    const { error } of [
      await client.rpc("start_saga", { organization_id: organizationId, name: "publish_policy" }),
      await client.rpc("claim_saga", { saga_id: doneId, turn: 1 }),
      await client.rpc("record_saga_step", forged),
      await client.rpc("fail_saga_step", { ...forged, error: {} }),
      await client.rpc("give_up_saga", { ...forged, error: {} }),
      await client.rpc("reserve_policy_version", { policy_id: unknownId, number: 1, publication_id: unknownId }),
      await client.rpc("withdraw_notifications", { organization_id: organizationId, batch_id: doneId }),
    ]
  ) assert.equal(error?.code, "42501");
});
