import { z } from "zod";
import { of } from "./definition.ts";

const eventTypes = of("event_type");
const version = z.object({ type: z.string(), version: z.int() });

/** What happens to the types that organizations declare; part of the catalog. */
export const eventTypeEvents = {
  "event_type.declared": eventTypes("A type of event, or its next version, may be published.", version),
  "event_type.deprecated": eventTypes("A version of a type is one to move on from.", version),
  "event_type.retired": eventTypes("A version of a type is no longer taken.", version),
} as const;
