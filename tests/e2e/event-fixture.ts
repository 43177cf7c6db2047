import assert from "node:assert/strict";
import { answerOf } from "../../shared/db/answer.ts";
import { type Answer, asUser, callPlatform, type Clinic, secretWord } from "./fixture.ts";

/** Declares what the organization publishes: `invoice.sent`, which takes anything, and `invoice.paid` with an amount. */
export async function declareInvoices({ owner, organizationId: organization_id }: Clinic): Promise<void> {
  const amount = { type: "object", properties: { amount: { type: "number" } }, required: ["amount"] };
  for (const [type, schema] of Object.entries({ "invoice.sent": { type: "object" }, "invoice.paid": amount })) {
    await answerOf(owner.client.rpc("declare_event_type", { organization_id, type, schema }));
  }
}

type Headers = Record<string, string>;

export const publish = (headers: Headers, body: unknown): Promise<Answer> =>
  callPlatform("POST", "/events", headers, body);

export const invoice = (more: object = {}): Record<string, unknown> => ({
  type: "invoice.sent",
  aggregate_id: crypto.randomUUID(),
  data: { text: secretWord },
  ...more,
});

/** Publishes as the owner and returns what was answered. */
export async function published(clinic: Clinic, events: object[]): Promise<{ id: string; aggregate_id: string }[]> {
  const answer = await publish(asUser(clinic.owner), { organization_id: clinic.organizationId, events });
  assert.equal(answer.status, 201, answer.text);
  return answer.body.events;
}
