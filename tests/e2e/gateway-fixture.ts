import { answerOf } from "../../shared/db/answer.ts";
import type { Json } from "../../shared/db/types.ts";
import { asUser, clientFor, newUser, stack, type User } from "./fixture.ts";

/** Acts as the operator. */
export const operator = clientFor(stack.secretKey);

/** A request as an upstream server saw it. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

export interface Upstream {
  readonly url: string;
  readonly seen: Seen[];
  stop(): Promise<void>;
}

/** A server on the loopback interface that notes what it is asked; `answer` gets the request with its body unread. */
export function startUpstream(
  answer: (request: Request) => Response | Promise<Response> = () => Response.json({ ok: true }),
  { readBodies = true, hostname = "127.0.0.1" } = {},
): Upstream {
  const seen: Seen[] = [];
  const server = Deno.serve({ port: 0, hostname, onListen: () => {} }, async (request) => {
    const { pathname, search } = new URL(request.url);
    const body = readBodies && request.body ? await request.clone().text() : "";
    seen.push({ method: request.method, path: pathname + search, headers: Object.fromEntries(request.headers), body });
    return await answer(request);
  });
  return { url: `http://${hostname}:${server.addr.port}`, seen, stop: () => server.shutdown() };
}

export interface Company {
  readonly organizationId: string;
  readonly owner: User;
}

/** An organization with its owner. */
export async function newCompany(): Promise<Company> {
  const owner = await newUser();
  const founded = await answerOf(owner.client.rpc("create_organization", {
    name: "Company",
    slug: `company-${crypto.randomUUID().slice(0, 8)}`,
    kind: "enterprise",
    time_zone: "UTC",
  }));
  return { organizationId: (founded as { id: string }).id, owner };
}

export async function newMember({ organizationId, owner }: Company, role: string): Promise<User> {
  const member = await newUser();
  const invited = await answerOf(
    owner.client.rpc("invite_member", { organization_id: organizationId, email: member.email, role }),
  );
  await answerOf(member.client.rpc("accept_invitation", { token: (invited as { token: string }).token }));
  return member;
}

/** An API key of the company. */
export async function newKey(
  { organizationId, owner }: Company,
  scopes = ["gateway.call"],
  expires_at?: string,
): Promise<string> {
  const made = await answerOf(
    owner.client.rpc("create_api_key", { organization_id: organizationId, name: "tests", scopes, expires_at }),
  );
  return (made as { key: string }).key;
}

/** Enters an upstream as an adapter of the company, as its operator: at a private address. Returns its name and id. */
export async function newAdapter(
  { organizationId }: Company,
  endpoint: string,
  adapter: Record<string, Json> = {},
): Promise<{ name: string; id: string }> {
  const name = `service-${crypto.randomUUID().slice(0, 8)}`;
  const saved = await answerOf(operator.rpc("save_adapter", {
    organization_id: organizationId,
    adapter: { name, endpoint, scheme: "none", allow_private: true, ...adapter },
  }));
  return { name, id: (saved as { service_id: string }).service_id };
}

export const asMember = (user: User, { organizationId }: Company) => ({
  ...asUser(user),
  "x-organization-id": organizationId,
});

export const asKey = (key: string) => ({ "x-api-key": key });

export const gatewayUrl = `${stack.url}/functions/v1/gateway/v1`;

/** Asks until it is so. */
export async function eventually(check: () => Promise<boolean> | boolean, patience = 10_000): Promise<boolean> {
  for (const end = Date.now() + patience; Date.now() < end;) {
    if (await check()) return true;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return false;
}
