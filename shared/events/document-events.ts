import { z } from "zod";
import { id, instant, of } from "./definition.ts";

const policy = z.object({ status: z.enum(["draft", "published", "archived"]) });
const version = policy.extend({ number: z.int().nullable() });
const policies = of("policy");

const batch = z.object({ kind: z.string(), subject_type: z.string(), subject_id: id, members: z.int() });
const batches = of("notification_batch");

/** What happens to policies; part of the catalog. */
export const documentEvents = {
  "policy.created": policies("There is a new policy.", version),
  "policy.updated": policies("A new version of it was saved.", version),
  "policy.published": policies(
    "A version holds, instead of the one it replaces. It may still be withdrawn with its publication.",
    version.extend({ replaces: z.int().nullable(), effective_from: instant.nullable() }),
  ),
  "policy.announced": policies(
    "A version is published and its readers have been notified.",
    version.extend({ members: z.int() }),
  ),
  "policy.publication_withdrawn": policies(
    "A version does not hold any more; the one before does, if there was one.",
    version.extend({ current_number: z.int().nullable() }),
  ),
  "policy.archived": policies("It changes no more.", policy),
};

/** What users are told; part of the catalog. */
export const notificationEvents = {
  "notification_batch.sent": batches("Members were told, as many as it says. Also on their `profile:<id>`.", batch),
  "notification_batch.withdrawn": batches("It was taken out of as many inboxes.", batch),
  "profile.inbox_read": of("profile")(
    "A user read notifications. Belongs to no organization.",
    z.object({ notifications: z.int() }),
  ),
};
