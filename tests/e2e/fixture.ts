import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { answerOf } from "../../shared/db/answer.ts";
import type { Database, Json } from "../../shared/db/types.ts";

/** Marks every name and note of the fixture: a body that refuses must not hold it. */
export const secretWord = "Zebrafinch";

function setting(name: string): string {
  const value = Deno.env.get(name);
  if (!value) throw new Error(`${name} is not set: run these tests with \`deno task test\`.`);
  return value;
}

export const stack = {
  url: setting("ALMANAC_URL"),
  publishableKey: setting("ALMANAC_PUBLISHABLE_KEY"),
  secretKey: setting("ALMANAC_SECRET_KEY"),
  jobsKey: setting("ALMANAC_JOBS_KEY"),
};

export type Client = SupabaseClient<Database>;

export const clientFor = (key: string): Client =>
  createClient<Database>(stack.url, key, { auth: { persistSession: false, autoRefreshToken: false } });

export interface User {
  id: string;
  email: string;
  token: string;
  client: Client;
}

/** A new user with a confirmed address, signed in. */
export async function newUser(): Promise<User> {
  const email = `${crypto.randomUUID()}@example.test`;
  const password = crypto.randomUUID();
  const { error } = await clientFor(stack.secretKey).auth.admin.createUser({ email, password, email_confirm: true });
  if (error) throw error;
  const client = clientFor(stack.publishableKey);
  const signedIn = await client.auth.signInWithPassword({ email, password });
  if (signedIn.error) throw signedIn.error;
  return { id: signedIn.data.user.id, email, token: signedIn.data.session.access_token, client };
}

const idOf = (document: Json) => (document as { id: string }).id;

export interface Clinic {
  organizationId: string;
  owner: User;
  /** Serves every appointment: it is on their calendar. */
  staff: User;
  /** Staff too, but of another calendar. */
  colleague: User;
  resourceId: string;
  serviceId: string;
  /** Bookings of it wait for confirmation. */
  approvalServiceId: string;
}

/** An organization of its own, open around the clock, made by the commands that clients use. */
export async function newClinic(): Promise<Clinic> {
  const [owner, staff, colleague] = await Promise.all([newUser(), newUser(), newUser()]);
  const organizationId = idOf(
    await answerOf(owner.client.rpc("create_organization", {
      name: `${secretWord} Clinic`,
      slug: `clinic-${crypto.randomUUID().slice(0, 8)}`,
      kind: "clinic",
      time_zone: "Europe/Paris",
    })),
  );
  for (const { email, client } of [staff, colleague]) {
    const invited = await answerOf(
      owner.client.rpc("invite_member", { organization_id: organizationId, email, role: "staff" }),
    );
    await answerOf(client.rpc("accept_invitation", { token: (invited as { token: string }).token }));
  }
  const resourceId = await newResource(owner, organizationId, staff.id);
  await newResource(owner, organizationId, colleague.id);
  const serviceId = await newService(owner, organizationId, resourceId, {});
  const approvalServiceId = await newService(owner, organizationId, resourceId, { requires_approval: true });
  return { organizationId, owner, staff, colleague, resourceId, serviceId, approvalServiceId };
}

async function newResource({ client }: User, organization_id: string, user_id: string): Promise<string> {
  const resource_id = idOf(
    await answerOf(client.rpc("create_resource", {
      organization_id,
      kind: "staff",
      name: `Dr. ${secretWord}`,
      time_zone: "Europe/Paris",
      user_id,
    })),
  );
  const hours = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, opens: "00:00", closes: "24:00" }));
  await answerOf(client.rpc("set_weekly_hours", { resource_id, hours }));
  return resource_id;
}

export async function newService(
  { client }: User,
  organization_id: string,
  resourceId: string,
  terms: Record<string, Json>,
) {
  const service = { name: `${secretWord} visit`, duration_minutes: 30, slot_interval_minutes: 30, ...terms };
  const service_id = idOf(await answerOf(client.rpc("create_service", { organization_id, service })));
  const groups = [{ name: "who", rule: "all", resource_ids: [resourceId] }];
  await answerOf(client.rpc("set_service_groups", { service_id, groups }));
  return service_id;
}

let slotsTaken = 0;

/** A start that no other caller of this file was given: half-hours from the day after tomorrow on. */
export function nextSlot(): string {
  const midnight = new Date().setUTCHours(0, 0, 0, 0);
  slotsTaken += 1;
  return new Date(midnight + 2 * 86_400_000 + slotsTaken * 1_800_000).toISOString();
}

export interface Answer {
  /** The function that answered. */
  functionName: string;
  /** What was asked of it, as in `GET /appointments/…`. */
  request: string;
  status: number;
  headers: Headers;
  text: string;
  // deno-lint-ignore no-explicit-any
  body: any;
}

type Call = (method: string, path: string, headers: Record<string, string>, body?: unknown) => Promise<Answer>;

/** A way to call a function: path below `/functions/v1/<name>`; a string is sent as it is. */
export const callTo = (functionName: string): Call => async (method, path, headers, body) => {
  const raw = typeof body === "string";
  const response = await fetch(`${stack.url}/functions/v1/${functionName}${path}`, {
    method,
    headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
    body: body === undefined ? undefined : raw ? body : JSON.stringify(body),
  });
  const text = await response.text();
  const json = /json/.test(response.headers.get("content-type") ?? "");
  return {
    functionName,
    request: `${method} ${path}`,
    status: response.status,
    headers: response.headers,
    text,
    body: json ? JSON.parse(text) : undefined,
  };
};

export const call = callTo("appointments");
export const callPlatform = callTo("platform");
export const callScheduling = callTo("scheduling");
export const callDocuments = callTo("documents");
export const callGateway = callTo("gateway");

export const asUser = ({ token }: User) => ({ apikey: stack.publishableKey, authorization: `Bearer ${token}` });
export const asGuest = (manageToken?: string): Record<string, string> => ({
  apikey: stack.publishableKey,
  ...(manageToken ? { "x-manage-token": manageToken } : {}),
});

/** The user's own claims under `alg: none`, without a signature. */
export function unsigned({ token }: User): string {
  const [header, claims] = token.split(".");
  const { kid } = JSON.parse(atob(header!));
  return `${btoa(JSON.stringify({ alg: "none", typ: "JWT", kid })).replace(/=+$/, "")}.${claims}.`;
}

/** Books a slot through the function and returns the appointment. */
export async function book(user: User, serviceId: string, startsAt = nextSlot()) {
  const { status, body, text } = await call("POST", "/appointments", asUser(user), {
    service_id: serviceId,
    starts_at: startsAt,
    notes: `${secretWord} note`,
  });
  if (status !== 201) throw new Error(`booking failed: ${status} ${text}`);
  return body;
}
