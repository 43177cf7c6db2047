import assert from "node:assert/strict";
import { answerOf } from "../../shared/db/answer.ts";
import { Hint } from "../../shared/events/catalog.ts";
import { Problem } from "../../shared/http/problem.ts";
import { advance } from "../../shared/sagas/advance.ts";
import { backendOf } from "../../shared/sagas/backend.ts";
import { defineSaga } from "../../shared/sagas/definition.ts";
import { publishPolicy } from "../../supabase/functions/platform/sagas/publish-policy.ts";
import { asUser, callDocuments, callPlatform, clientFor, newClinic, newUser, stack } from "./fixture.ts";
import { inboxOf, newPolicy, policyOf, publish, sagaOver } from "./policy-fixture.ts";

const clinic = await newClinic();
const { owner, staff, colleague, organizationId } = clinic;
const outsider = await newUser();
const members = [owner, staff, colleague];
const service = clientFor(stack.secretKey);

Deno.test("a published policy is read by the members, who have it in their inbox", async () => {
  const { id } = await newPolicy(owner, organizationId);
  const { saga_id, number } = await publish(owner, id);
  const saga = await sagaOver(owner, saga_id);
  assert.deepEqual([saga.status, saga.subject_id, number], ["done", id, 1]);
  assert.deepEqual(saga.steps.map(({ name, status }) => `${name} ${status}`), [
    "reserve done",
    "publish done",
    "notify done",
    "announce done",
    "close done",
  ]);
  assert.deepEqual(saga.steps[2]!.output, { members: 3 });

  for (const member of members) {
    const told = { kind: "policy.published", subject_type: "policy", subject_id: id, read_at: null };
    assert.deepEqual(await inboxOf(member, id), [{ user_id: member.id, ...told }]);
    const { status, current_version, publication_id } = await policyOf(member, id);
    assert.deepEqual([status, current_version, publication_id], ["published", 1, null]);
  }
  assert.deepEqual(await inboxOf(outsider, id), []);
  assert.equal(await answerOf(staff.client.rpc("mark_notifications_read", {})), 1);
  assert.notEqual((await inboxOf(staff, id))[0]!.read_at, null);
});

Deno.test("all that comes of a publication has one correlation id", async () => {
  const { id } = await newPolicy(owner, organizationId);
  const correlation = crypto.randomUUID();
  const headers = { ...asUser(owner), "x-correlation-id": correlation };
  const { body } = await callDocuments("POST", `/policies/${id}/publish`, headers, {});
  const saga = await sagaOver(owner, body.saga_id);
  assert.deepEqual([saga.status, saga.correlation_id], ["done", correlation]);
});

Deno.test({
  name: "members' screens are told at once",
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    const { client, token, id: userId } = staff;
    await client.realtime.setAuth(token);
    const heard = Promise.withResolvers<Hint>();
    const channel = client.channel(`profile:${userId}`, { config: { private: true } })
      .on("broadcast", { event: "notification_batch.sent" }, ({ payload }) => heard.resolve(Hint.parse(payload)));
    await new Promise<void>((resolve, reject) =>
      channel.subscribe((status, error) => status === "SUBSCRIBED" ? resolve() : reject(error ?? new Error(status)))
    );
    const { id } = await newPolicy(owner, organizationId);
    const { saga_id } = await publish(owner, id);
    assert.deepEqual((await heard.promise).id, saga_id, "the batch is known by its saga");
    await sagaOver(owner, saga_id);
    await client.removeAllChannels();
    client.realtime.disconnect();
  },
});

/** The saga as it ships, but for one step: it fails, before it has done anything or after. */
const failing = (step: number, after: boolean) =>
  defineSaga({
    ...publishPolicy,
    steps: publishPolicy.steps.map((own, at) =>
      at !== step ? own : {
        ...own,
        async action(context: Parameters<typeof own.action>[0]) {
          if (after) await own.action(context);
          throw new Problem("invalid_input", { detail: "It was to fail." });
        },
      }
    ),
  });

/** Publishes by a worker of ours: the queue's own has no such sagas. */
async function publishWith(definition: typeof publishPolicy, policyId: string, number: number) {
  const started = await answerOf(service.rpc("start_saga", {
    organization_id: organizationId,
    name: definition.name,
    input: { policy_id: policyId, number },
    queue: "documents",
  })) as { id: string };
  const backend = backendOf(service);
  const { signal } = new AbortController();
  for (let turn = 1; turn < 20; turn++) {
    await advance({ saga_id: started.id, turn }, { definitions: [definition], backend, signal });
  }
  return await sagaOver(owner, started.id);
}

for (const [step, { name }] of publishPolicy.steps.entries()) {
  for (const after of [false, true]) {
    Deno.test(`${name} fails ${after ? "after" : "before"} its effect: nothing is published, nobody is notified`, async () => {
      const { id } = await newPolicy(owner, organizationId);
      const saga = await publishWith(failing(step, after), id, 1);
      assert.deepEqual([saga.status, saga.error?.code], ["undone", "invalid_input"]);
      for (const member of members) assert.deepEqual(await inboxOf(member, id), []);
      const { status, current_version, publication_id } = await policyOf(owner, id);
      assert.deepEqual([status, current_version, publication_id], ["draft", null, null]);
      assert.equal((await callDocuments("GET", `/policies/${id}`, asUser(staff))).status, 404);
      // What is undone can be done again.
      assert.equal((await publishWith(publishPolicy, id, 1)).status, "done");
      assert.equal((await inboxOf(staff, id)).length, 1);
    });
  }
}

Deno.test("a version that fails to follow another leaves that one as it was", async () => {
  const { id } = await newPolicy(owner, organizationId);
  await publishWith(publishPolicy, id, 1);
  await callDocuments("POST", `/policies/${id}/versions`, asUser(owner), { body: "Doors close at five." });
  assert.equal((await publishWith(failing(3, true), id, 2)).status, "undone");
  const { status, current_version } = await policyOf(staff, id);
  assert.deepEqual([status, current_version], ["published", 1]);
  const { body } = await callDocuments("GET", `/policies/${id}/versions`, asUser(staff));
  assert.deepEqual(body.items.map((version: { number: number }) => version.number), [1]);
  assert.equal((await inboxOf(staff, id)).length, 1, "told of the first alone");
});

Deno.test("a publication that is cancelled is undone", async () => {
  const { id } = await newPolicy(owner, organizationId);
  const started = await answerOf(service.rpc("start_saga", {
    organization_id: organizationId,
    name: publishPolicy.name,
    input: { policy_id: id, number: 1 },
    queue: "documents",
  })) as { id: string };
  const backend = backendOf(service);
  const options = { definitions: [publishPolicy], backend, signal: new AbortController().signal };
  for (const turn of [1, 2, 3]) await advance({ saga_id: started.id, turn }, options);
  assert.equal((await inboxOf(staff, id)).length, 1, "notified");
  const reason = { reason: "The wrong text" };
  const { status, body } = await callPlatform("POST", `/sagas/${started.id}/cancel`, asUser(owner), reason);
  assert.deepEqual([status, body.status], [200, "compensating"]);
  for (let turn = 4; turn < 12; turn++) await advance({ saga_id: started.id, turn }, options);
  const saga = await sagaOver(owner, started.id);
  assert.deepEqual([saga.status, saga.error?.code], ["undone", "cancelled"]);
  assert.deepEqual(await inboxOf(staff, id), []);
  assert.equal((await policyOf(owner, id)).status, "draft");
});
