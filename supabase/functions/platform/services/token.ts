import type { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { answerOf } from "../../../../shared/db/answer.ts";
import type { App } from "../../../../shared/http/app.ts";
import { type AppEnv, platformClient } from "../../../../shared/http/auth.ts";
import { audience, issuerOf } from "../../../../shared/http/credentials.ts";
import { Problem } from "../../../../shared/http/problem.ts";
import * as schemas from "../../../../shared/http/schemas.ts";
import { hashOf, IssuedToken, signingKey, signToken } from "./signing.ts";
import { jwks, retireKey, token, type TokenRequest } from "./token-contract.ts";

type TokenRequest = z.infer<typeof TokenRequest>;

/** Tokens of services, and what verifies them. */
export function registerTokens(app: App): void {
  app.openapi(token, async (c) => {
    const type = /^application\/(json|x-www-form-urlencoded)/i.exec(c.req.header("content-type") ?? "")?.[1];
    if (!type) throw new Problem("unsupported_media_type");
    const request = c.req.valid(type.toLowerCase() === "json" ? "json" : "form");
    return c.json(await tokenFor(c, request).catch(refuse), 200);
  });

  app.openapi(jwks, async (c) => {
    c.header("cache-control", "public, max-age=300");
    const keys = await answerOf(c.var.caller.client.rpc("service_signing_keys"));
    return c.json(keys as { keys: { kty: string; kid: string }[] }, 200);
  });

  app.openapi(retireKey, async (c) => {
    const retired = await answerOf(c.var.caller.client.rpc("retire_service_signing_key", c.req.valid("json")));
    return c.json(retired as { retired: string | null }, 200);
  });
}

async function tokenFor(c: Context<AppEnv>, request: TokenRequest) {
  if (request.grant_type !== "client_credentials") throw new Problem("unsupported_grant_type");
  const { id, secret } = clientOf(c.req.header("authorization"), request);
  const client = platformClient(c);
  const issued = IssuedToken.parse(
    await answerOf(client.rpc("issue_service_token", {
      client_id: id,
      client_secret: secret,
      organization_id: request.organization_id,
      scopes: request.scope?.split(" ").filter(Boolean),
    })),
  );
  const claims = { issuer: issuerOf(c.var.settings), audience };
  const access_token = await signToken(issued, await signingKey(client), claims);
  await answerOf(client.rpc("seal_service_token", { token_id: issued.id, token_hash: await hashOf(access_token) }));
  return {
    access_token,
    token_type: "Bearer" as const,
    expires_in: issued.expires_at - issued.issued_at,
    scope: issued.scopes.join(" "),
    organization_id: issued.organization_id,
  };
}

/** Id and secret, from one place: both halves of HTTP Basic are form-encoded first (RFC 6749, section 2.3.1). */
function clientOf(authorization: string | undefined, { client_id, client_secret }: TokenRequest) {
  const basic = /^Basic +(\S+)$/i.exec(authorization ?? "")?.[1];
  if (basic !== undefined && client_secret !== undefined) throw new Problem("invalid_client");
  const [id, secret] = basic === undefined ? [client_id, client_secret] : partsOf(basic);
  if (!schemas.id.safeParse(id).success || !secret) throw new Problem("invalid_client");
  return { id: id!, secret };
}

function partsOf(basic: string): [string | undefined, string | undefined] {
  try {
    const [id, ...rest] = atob(basic).split(":");
    return [decodeURIComponent(id!), decodeURIComponent(rest.join(":"))];
  } catch {
    return [undefined, undefined];
  }
}

const oauthErrors: Record<string, string> = {
  invalid_client: "invalid_client",
  invalid_scope: "invalid_scope",
  invalid_input: "invalid_request",
  service_not_granted: "unauthorized_client",
  unsupported_grant_type: "unsupported_grant_type",
};

/** Clients of OAuth look for `error`; ours look for `code`. */
function refuse(failure: unknown): never {
  if (!(failure instanceof Problem) || !oauthErrors[failure.code]) throw failure;
  throw new Problem({ code: failure.code, status: failure.status }, {
    detail: failure.detail,
    members: { ...failure.members, error: oauthErrors[failure.code], error_description: failure.detail },
    headers: failure.status === 401 ? { "www-authenticate": 'Basic realm="services"' } : {},
    cause: failure,
  });
}
