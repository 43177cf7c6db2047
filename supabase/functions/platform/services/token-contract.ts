import { createRoute, z } from "@hono/zod-openapi";
import { authenticate } from "../../../../shared/http/auth.ts";
import { json, user, withBody } from "../../../../shared/http/contract.ts";
import { problems, security } from "../../../../shared/http/openapi.ts";
import { id } from "../../../../shared/http/schemas.ts";

const tags = ["Service registry"];

export const TokenRequest = z.strictObject({
  grant_type: z.string().openapi({ example: "client_credentials" }),
  client_id: z.string().max(200).optional(),
  client_secret: z.string().max(200).optional(),
  scope: z.string().max(5000).optional().openapi({
    description: "Scopes, with a space between; without: all it may have there.",
    example: "events.publish appointments.read",
  }),
  organization_id: id.optional().openapi({ description: "Needed by services of the platform." }),
}).openapi("TokenRequest");

export const ServiceToken = z.object({
  access_token: z.string(),
  token_type: z.literal("Bearer"),
  expires_in: z.int().openapi({ example: 900 }),
  scope: z.string(),
  organization_id: id,
}).openapi("ServiceToken");

const Jwks = z.object({ keys: z.array(z.looseObject({ kty: z.string(), kid: z.string() })) }).openapi("Jwks");
const RetireSigningKey = z.strictObject({
  compromised: z.boolean().default(false).openapi({ description: "Then every token ends now." }),
}).openapi("RetireSigningKey");

export const token = createRoute({
  method: "post",
  path: "/services/token",
  summary: "Get a service's token",
  description:
    "OAuth 2 client credentials (RFC 6749, section 4.4), for 15 minutes and one organization. As a form or JSON; id and " +
    "secret by HTTP Basic or in the body. Refusals are problem+json that also carry OAuth's `error`.",
  tags,
  security: [security.client],
  middleware: [authenticate("link")] as const,
  request: {
    body: {
      // Not required: that would have each type of body asked for at once.
      required: false,
      content: {
        "application/x-www-form-urlencoded": { schema: TokenRequest },
        "application/json": { schema: TokenRequest },
      },
    },
  },
  responses: {
    200: { description: "The token.", ...json(ServiceToken) },
    ...problems(
      ...withBody,
      "invalid_client",
      "invalid_input",
      "invalid_scope",
      "rate_limited",
      "service_not_granted",
      "unsupported_grant_type",
      "unavailable",
    ),
  },
});

export const jwks = createRoute({
  method: "get",
  path: "/.well-known/jwks.json",
  summary: "Keys that verify services' tokens",
  tags,
  middleware: [authenticate("link")] as const,
  responses: { 200: { description: "A JWKS.", ...json(Jwks) }, ...problems("unavailable") },
});

export const retireKey = createRoute({
  method: "post",
  path: "/services/signing-key/retire",
  summary: "Sign with a new key",
  description: "For who runs the platform. Tokens of the old key live out their minutes, unless it is compromised.",
  tags,
  security: [...user, security.operator],
  middleware: [authenticate("user", "operator")] as const,
  request: { body: { required: true, ...json(RetireSigningKey) } },
  responses: {
    200: { description: "Done.", ...json(z.object({ retired: z.string().nullable() }).openapi("RetiredSigningKey")) },
    ...problems(
      ...withBody,
      "not_authenticated",
      "invalid_token",
      "invalid_api_key",
      "permission_denied",
      "invalid_input",
      "unavailable",
    ),
  },
});
