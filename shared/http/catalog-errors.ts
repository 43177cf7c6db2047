import type { ErrorCode } from "./error-codes.ts";

/** What can go wrong with types of events and what is published of them; part of the table of error codes. */
export const catalogErrors = {
  reserved_event_type: {
    status: 403,
    title: "That type is one of Almanac's own",
    remedy: "Choose another noun: events of Almanac's own types come from its commands alone.",
    members: { event_event_type: "The type." },
  },
  too_many_event_types: {
    status: 409,
    title: "The organization has as many types as it may",
    remedy: "Declare new versions of types less often.",
    members: { maximum: "How many types and versions an organization may declare." },
  },
  unknown_event_type: {
    status: 422,
    title: "This type of event is not declared",
    remedy: "Declare it first, with the schema of its data, or publish a version that is not retired.",
    members: { event_type: "The type.", type_version: "The version, when one was named." },
  },
  event_does_not_fit: {
    status: 422,
    title: "The event's data does not fit its type",
    remedy: "Correct `data` where `path` says.",
    members: {
      path: "Where the first fault is, as a JSON Pointer into `data`.",
      message: "What is wrong there.",
      faults: "Up to 20 faults, each with `path` and `message`.",
      event_type: "The type.",
      type_version: "The version, when one was named.",
      index: "Which event of the batch, from 0.",
    },
  },
  invalid_schema: {
    status: 422,
    title: "The schema cannot be used",
    remedy: "Use JSON Schema (draft 2020-12) with the keywords that docs/event-bus.md lists.",
    members: { path: "Where it is at fault, as a JSON Pointer into `schema`.", message: "What is wrong there." },
  },
} as const satisfies Record<string, ErrorCode>;
