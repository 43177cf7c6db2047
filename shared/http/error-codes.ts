import { appointmentErrors } from "./appointment-errors.ts";
import { catalogErrors } from "./catalog-errors.ts";
import { eventErrors } from "./event-errors.ts";
import { credentialErrors } from "./credential-errors.ts";
import { gatewayErrors } from "./gateway-errors.ts";
import { queueErrors } from "./queue-errors.ts";
import { subscriptionErrors } from "./subscription-errors.ts";
import { documentErrors } from "./document-errors.ts";
import { schedulingErrors } from "./scheduling-errors.ts";
import { sagaErrors } from "./saga-errors.ts";
import { webhookErrors } from "./webhook-errors.ts";

/** What a client can be told went wrong. `docs/errors.md` is made from this table. */
export interface ErrorCode {
  /** HTTP status, the same over PostgREST and over the functions. */
  readonly status: number;
  /** The problem's title: the same sentence each time, for people. */
  readonly title: string;
  /** What to do about it. */
  readonly remedy: string;
  /** Members that the problem carries beside the standard ones. */
  readonly members?: Readonly<Record<string, string>>;
}

const table = {
  invalid_json: { status: 400, title: "The body is no JSON", remedy: "Send one JSON object." },
  invalid_cursor: {
    status: 400,
    title: "The cursor is not one of ours",
    remedy: "Pass `next_cursor` of the page before, unchanged, or leave it out.",
  },
  invalid_idempotency_key: {
    status: 400,
    title: "The idempotency key cannot be used",
    remedy: "Use 1 to 200 characters; a random uuid is a good choice.",
  },
  not_authenticated: {
    status: 401,
    title: "Sign in first",
    remedy: "Send a user's access token (`Authorization: Bearer …`), or the publishable key where guests may call.",
  },
  invalid_token: {
    status: 401,
    title: "The access token is not valid",
    remedy: "Refresh the session and send the new token.",
  },
  invalid_api_key: {
    status: 401,
    title: "The API key is not valid here",
    remedy:
      "`apikey` takes a publishable or secret key of this project, never a user's token; `x-api-key` a key of your organization (`alm_…`) that is in force.",
  },
  invalid_manage_token: {
    status: 401,
    title: "The guest's link is not valid",
    remedy: "Use the token given at booking, for that booking.",
  },
  permission_denied: {
    status: 403,
    title: "You may not do this",
    remedy: "Ask an owner of the organization for a role that has the permission.",
    members: { permission: "The permission that is missing." },
  },
  role_outranks_yours: {
    status: 403,
    title: "That role is above yours",
    remedy: "Nobody grants, changes or removes a role above their own: ask someone who has it.",
    members: { role: "The role." },
  },
  invitation_for_another_email: {
    status: 403,
    title: "This invitation is for another address",
    remedy: "Sign in with the invited e-mail address, once it is verified.",
  },
  not_found: {
    status: 404,
    title: "Not found",
    remedy: "It does not exist, or not for you: what you may not see is answered as if it were not there.",
  },
  method_not_allowed: {
    status: 405,
    title: "This method is not allowed here",
    remedy: "The header `Allow` lists those that are.",
  },
  version_conflict: {
    status: 409,
    title: "Somebody else changed it meanwhile",
    remedy: "Read it again and decide anew.",
    members: {
      expected: "The version you sent.",
      actual: "The version it has.",
      index: "Of a batch: which event, from 0.",
    },
  },
  resource_in_use: {
    status: 409,
    title: "The resource has bookings",
    remedy: "Retire it (`active` = false) instead of deleting it.",
    members: { resource_id: "The resource." },
  },
  invitation_closed: {
    status: 409,
    title: "This invitation is closed",
    remedy: "It was used, taken back or has expired: ask for a new one.",
  },
  last_owner: {
    status: 409,
    title: "An organization keeps an owner",
    remedy: "Make someone else owner first.",
  },
  slug_taken: {
    status: 409,
    title: "Another organization has this slug",
    remedy: "Choose another.",
    members: { slug: "The slug." },
  },
  lease_lost: {
    status: 409,
    title: "The lease has ended",
    remedy: "Drop the job, or the events: another worker has them.",
  },
  idempotency_mismatch: {
    status: 409,
    title: "This idempotency key belongs to another request",
    remedy: "Use a new key for a new request.",
  },
  conflict: {
    status: 409,
    title: "It conflicts with what is there",
    remedy: "Read the present state and send the request again.",
  },
  payload_too_large: { status: 413, title: "The body is too large", remedy: "Send at most 1 MB." },
  unsupported_media_type: {
    status: 415,
    title: "The body is of the wrong type",
    remedy: "Send JSON with `Content-Type: application/json`.",
  },
  invalid_input: {
    status: 422,
    title: "The input is not valid",
    remedy: "Correct the fields named.",
    members: {
      errors: "The fields at fault, each with `path` and `message`, when the function refused the request.",
      field: "The field at fault, when the database refused it.",
      index: "Of a batch of events: which one, from 0.",
    },
  },
  internal: {
    status: 500,
    title: "Something went wrong on our side",
    remedy: "Try again; if it stays, report the `request_id`.",
  },
  jobs_not_configured: {
    status: 503,
    title: "Jobs are not configured",
    remedy: "Create a secret key named `jobs` and put it into the Vault secret `jobs_key`.",
  },
  unavailable: {
    status: 503,
    title: "The service is busy or out of reach",
    remedy: "Try again after the seconds in `Retry-After`.",
  },
  ...appointmentErrors,
  ...catalogErrors,
  ...eventErrors,
  ...credentialErrors,
  ...gatewayErrors,
  ...queueErrors,
  ...subscriptionErrors,
  ...sagaErrors,
  ...documentErrors,
  ...schedulingErrors,
  ...webhookErrors,
} as const satisfies Record<string, ErrorCode>;

/** A stable code, in snake_case. Clients branch on it, never on a title or a sentence. */
export type Code = keyof typeof table;

export const errorCodes: Readonly<Record<Code, ErrorCode>> = table;

/** Whether a word from the database is a code that the table knows. */
export const isCode = (word: string): word is Code => Object.hasOwn(table, word);
