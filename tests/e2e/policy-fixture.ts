import assert from "node:assert/strict";
import { answerOf } from "../../shared/db/answer.ts";
import { Policy, Publication } from "../../supabase/functions/documents/schemas.ts";
import { SagaWithSteps } from "../../supabase/functions/platform/sagas/schemas.ts";
import { asUser, callDocuments, callPlatform, secretWord, type User } from "./fixture.ts";

/** A policy with one version, by its manager. */
export async function newPolicy(manager: User, organization_id: string): Promise<Policy> {
  const policy = { organization_id, title: `${secretWord} rules`, body: `${secretWord}: doors close at six.` };
  const { status, body, text } = await callDocuments("POST", "/policies", asUser(manager), policy);
  assert.equal(status, 201, text);
  return Policy.parse(body);
}
type Policy = ReturnType<typeof Policy.parse>;

export const policyOf = async (user: User, id: string): Promise<Policy> =>
  Policy.parse((await callDocuments("GET", `/policies/${id}`, asUser(user))).body);

export async function publish(user: User, policyId: string) {
  const { status, body, text } = await callDocuments("POST", `/policies/${policyId}/publish`, asUser(user), {});
  assert.equal(status, 202, text);
  return Publication.parse(body);
}

/** The saga, once it is over. */
export async function sagaOver(user: User, id: string) {
  for (const until = Date.now() + 30_000;;) {
    const { status, body, text } = await callPlatform("GET", `/sagas/${id}`, asUser(user));
    assert.equal(status, 200, text);
    const saga = SagaWithSteps.parse(body);
    if (saga.finished_at !== null || saga.status === "parked") return saga;
    assert.ok(Date.now() < until, `the saga is not over: ${text}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** What a user is told, about this. */
export const inboxOf = ({ client }: User, subject_id: string) =>
  answerOf(
    client.from("notifications").select("user_id, kind, subject_type, subject_id, read_at").match({ subject_id }),
  );
