import type { ErrorCode } from "./error-codes.ts";

/** What API keys, services and their tokens are refused with; part of the table of codes. */
export const credentialErrors = {
  invalid_client: {
    status: 401,
    title: "The client is not known",
    remedy: "Send the service's id and one of its secrets that was not rotated out, by HTTP Basic or in the body.",
  },
  invalid_service_token: {
    status: 401,
    title: "The service token is not valid",
    remedy: "It has expired, was revoked or is none: ask for a new one at `POST /platform/services/token`.",
  },
  scope_not_yours: {
    status: 403,
    title: "You do not have that scope yourself",
    remedy: "Leave it out, or let someone give it who has the permission.",
    members: { scope: "The scope." },
  },
  invalid_scope: {
    status: 400,
    title: "The service may not have that scope",
    remedy: "Ask for scopes that the service is allowed and the organization granted.",
    members: { scope: "The scope." },
  },
  service_not_granted: {
    status: 403,
    title: "The organization does not let this service in",
    remedy: "Let someone who manages its credentials grant the service scopes there.",
    members: { organization_id: "The organization." },
  },
  credential_revoked: {
    status: 409,
    title: "The credential has ended",
    remedy: "It was revoked or has expired: make a new one.",
  },
  service_name_taken: {
    status: 409,
    title: "A service has this name",
    remedy: "Choose another, or retire the one that has it.",
    members: { name: "The name." },
  },
  too_many_services: {
    status: 409,
    title: "The organization has as many services as it may",
    remedy: "Retire one that is not needed any more.",
    members: { maximum: "How many it may have." },
  },
  service_retired: {
    status: 409,
    title: "The service is retired",
    remedy: "Register it anew.",
  },
  unsupported_grant_type: {
    status: 400,
    title: "Tokens are not given that way",
    remedy: "Send `grant_type=client_credentials`.",
  },
} as const satisfies Record<string, ErrorCode>;
