import type { ErrorCode } from "./error-codes.ts";

/** What webhooks, and other addresses to call, are refused with; part of `errorCodes`. */
export const webhookErrors = {
  url_refused: {
    status: 422,
    title: "This address is not called",
    remedy: "Send an https address of a public server, without credentials.",
    members: { field: "The field it came in.", reason: "What is wrong with it, in a word." },
  },
  too_many_tests: {
    status: 429,
    title: "The webhook was tested too often",
    remedy: "Wait a minute: ten tests a minute are sent.",
  },
} as const satisfies Record<string, ErrorCode>;
