import { createRoute } from "@hono/zod-openapi";
import { authenticate } from "../../../../shared/http/auth.ts";
import { asked, json, member } from "../../../../shared/http/contract.ts";
import { problems } from "../../../../shared/http/openapi.ts";
import { ConstraintTypes } from "./schemas.ts";

export const list = createRoute({
  method: "get",
  path: "/constraint-types",
  summary: "What a constraint can be",
  description: "All types, each with the JSON Schema of its parameters and an example. The same for everybody.",
  tags: ["Constraints"],
  security: member,
  middleware: [authenticate("user", "key", "service")] as const,
  responses: { 200: { description: "They.", ...json(ConstraintTypes) }, ...problems(...asked) },
});
