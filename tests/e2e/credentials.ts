import assert from "node:assert/strict";
import { type Answer, asUser, callPlatform, clientFor, type Clinic, newUser, stack, type User } from "./fixture.ts";

/** What an API key is called with. */
export const asKey = (key: string) => ({ "x-api-key": key });

export const asService = (token: string) => ({ authorization: `Bearer ${token}` });

/** Makes a key of the clinic. */
export async function newKey(
  { owner, organizationId }: Clinic,
  scopes: string[],
): Promise<{ id: string; key: string }> {
  const { status, body, text } = await callPlatform("POST", "/keys", asUser(owner), {
    organization_id: organizationId,
    name: "Till",
    scopes,
  });
  assert.equal(status, 201, text);
  return body;
}

export interface Client {
  name: string;
  id: string;
  client_id: string;
  client_secret: string;
}

let services = 0;

/** Registers a service: of the platform, or of an organization. */
export async function newService(
  scopes: string[],
  { headers = { apikey: stack.secretKey }, organization_id, ...more }: {
    headers?: Record<string, string>;
    organization_id?: string;
    capabilities?: string[];
    health_endpoint?: string;
  } = {},
): Promise<Client> {
  const { status, body, text } = await callPlatform("POST", "/services", headers, {
    name: `service-${crypto.randomUUID().slice(0, 8)}-${services++}`,
    version: "1.0.0",
    endpoint: "https://service.example.test/api",
    allowed_scopes: scopes,
    organization_id,
    ...more,
  });
  assert.equal(status, 201, text);
  return body;
}

/** Asks for a token, as a form with HTTP Basic. */
export const askToken = ({ client_id, client_secret }: Client, more: Record<string, string> = {}): Promise<Answer> =>
  callPlatform("POST", "/services/token", {
    authorization: `Basic ${btoa(`${client_id}:${client_secret}`)}`,
    "content-type": "application/x-www-form-urlencoded",
  }, new URLSearchParams({ grant_type: "client_credentials", ...more }).toString());

export async function newToken(client: Client, more: Record<string, string> = {}): Promise<string> {
  const { status, body, text } = await askToken(client, more);
  assert.equal(status, 200, text);
  return body.access_token;
}

/** Who runs the platform. */
export async function newSuperAdmin(): Promise<User> {
  const user = await newUser();
  const { error } = await clientFor(stack.secretKey).auth.admin.updateUserById(user.id, {
    app_metadata: { role: "super_admin" },
  });
  if (error) throw error;
  const { data } = await user.client.auth.refreshSession();
  return { ...user, token: data.session!.access_token };
}

/** Reads a table over the Data API as whoever the headers say. */
export async function readTable(path: string, headers: Record<string, string>): Promise<[number, unknown]> {
  const response = await fetch(`${stack.url}/rest/v1/${path}`, {
    headers: { apikey: stack.publishableKey, ...headers },
  });
  return [response.status, await response.json()];
}
