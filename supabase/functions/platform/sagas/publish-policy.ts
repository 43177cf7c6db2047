import { z } from "zod";
import { again, defineSaga, stepsOf } from "../../../../shared/sagas/definition.ts";

const input = z.object({ policy_id: z.guid(), number: z.int() });
const step = stepsOf(input);

/** How many are told in one turn. */
const slice = 500;

const reserve = step({
  name: "reserve",
  output: z.object({ number: z.int(), replaces: z.int().nullable() }),
  action: async ({ saga, input, call, idempotencyKey }) =>
    await call("reserve_policy_version", {
      ...input,
      publication_id: saga.id,
      idempotency_key: idempotencyKey,
    }) as never,
  compensate: ({ saga, input, call, idempotencyKey }) =>
    call("close_publication", {
      policy_id: input.policy_id,
      publication_id: saga.id,
      idempotency_key: idempotencyKey,
    }),
});

const publish = step({
  name: "publish",
  output: z.object({ number: z.int(), published_at: z.string() }),
  action: async ({ saga, input, call, idempotencyKey }) =>
    await call("publish_policy_version", {
      policy_id: input.policy_id,
      publication_id: saga.id,
      idempotency_key: idempotencyKey,
    }) as never,
  compensate: ({ saga, input, call, idempotencyKey }) =>
    call("withdraw_publication", {
      policy_id: input.policy_id,
      publication_id: saga.id,
      idempotency_key: idempotencyKey,
    }),
});

const Told = z.object({ members: z.int(), after_user_id: z.guid().nullable(), more: z.boolean() });
const Progress = z.object({ after_user_id: z.guid() }).nullable();

const notify = step({
  name: "notify",
  output: z.object({ members: z.int() }),
  action: async ({ saga, input, call, idempotencyKey, progress }) => {
    const told = Told.parse(
      await call("notify_members", {
        organization_id: saga.organizationId!,
        batch_id: saga.id,
        kind: "policy.published",
        subject_type: "policy",
        subject_id: input.policy_id,
        after_user_id: Progress.parse(progress)?.after_user_id,
        max_members: slice,
        idempotency_key: idempotencyKey,
      }),
    );
    return told.more ? again({ after_user_id: told.after_user_id }) : { members: told.members };
  },
  compensate: async ({ saga, call, idempotencyKey }) => {
    const withdrawn = Told.pick({ members: true, more: true }).parse(
      await call("withdraw_notifications", {
        organization_id: saga.organizationId!,
        batch_id: saga.id,
        max_members: slice,
        idempotency_key: idempotencyKey,
      }),
    );
    return withdrawn.more ? again({}) : undefined;
  },
});

const announce = step({
  name: "announce",
  action: ({ saga, input, call, idempotencyKey, outputOf }) =>
    call("announce_policy", {
      policy_id: input.policy_id,
      publication_id: saga.id,
      members: outputOf(notify).members,
      idempotency_key: idempotencyKey,
    }),
});

const close = step({
  name: "close",
  action: ({ saga, input, call, idempotencyKey }) =>
    call("close_publication", {
      policy_id: input.policy_id,
      publication_id: saga.id,
      idempotency_key: idempotencyKey,
    }),
});

/** A version of a policy is published and every member has it in their inbox, or neither. */
export const publishPolicy = defineSaga({
  name: "publish_policy",
  version: 1,
  input,
  steps: [reserve, publish, notify, announce, close],
});
