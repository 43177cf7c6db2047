import { createRoute } from "@hono/zod-openapi";
import { authenticate } from "../../../../shared/http/auth.ts";
import { json } from "../../../../shared/http/contract.ts";
import { problems, security } from "../../../../shared/http/openapi.ts";
import { HealthQuery, HealthReport } from "./schemas.ts";

const common = {
  method: "get" as const,
  tags: ["Health and metrics"],
  security: [{}, security.operator],
};
const anyone = authenticate("operator", "link");

const notWell = { 503: { description: "It is not; the same report.", ...json(HealthReport) } };

export const getHealth = createRoute({
  ...common,
  middleware: [anyone] as const,
  path: "/health",
  summary: "Whether the platform is well",
  description: "Anyone may ask, and is told of each check how it went. With a secret key also why.",
  request: { query: HealthQuery },
  responses: {
    200: { description: "Requests are answered; `degraded`: somebody should look.", ...json(HealthReport) },
    ...notWell,
    ...problems("invalid_api_key", "invalid_input"),
  },
});

export const getReady = createRoute({
  ...common,
  middleware: [anyone] as const,
  path: "/ready",
  summary: "Whether requests may be sent here",
  description: "Migrations, keys, secrets and schedules of this release are in place.",
  responses: {
    200: { description: "They are.", ...json(HealthReport) },
    ...notWell,
    ...problems("invalid_api_key"),
  },
});
