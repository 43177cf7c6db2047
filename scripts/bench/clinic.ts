import type { JSONValue, Sql, TransactionSql } from "postgres";

export interface ResourcePlan {
  readonly name: string;
  readonly kind: "staff" | "room" | "equipment";
  readonly capacity?: number;
}

/** A service by the names of the resources it needs; `terms` are the fields of `create_service`. */
export interface ServicePlan {
  readonly name: string;
  readonly all?: readonly string[];
  readonly any?: readonly string[];
  readonly terms?: Record<string, JSONValue>;
}

export interface ClinicPlan {
  readonly resources: readonly ResourcePlan[];
  readonly services: readonly ServicePlan[];
  readonly customers: number;
}

/** A clinic that is open each day from 08:00 to 18:00 UTC, with half-hour services. */
export interface Clinic {
  readonly organization: string;
  readonly owner: string;
  readonly customers: readonly string[];
  readonly resources: Readonly<Record<string, string>>;
  readonly services: Readonly<Record<string, string>>;
}

/** Half-hour slots of a day. */
export const slotsADay = 20;

/** The claims that Auth puts into a user's token, of the size they have in practice. */
export const claimsOf = (user: string): string =>
  JSON.stringify({
    iss: "http://127.0.0.1:54321/auth/v1",
    sub: user,
    aud: "authenticated",
    exp: 4102444800,
    iat: 1767225600,
    email: "someone@example.com",
    phone: "",
    app_metadata: { provider: "email", providers: ["email"] },
    user_metadata: { email: "someone@example.com", email_verified: true, full_name: "Some One" },
    role: "authenticated",
    aal: "aal1",
    amr: [{ method: "password", timestamp: 1767225600 }],
    session_id: "5e55105e-0000-4000-8000-000000000000",
    is_anonymous: false,
  });

/** The start of a half-hour slot: so many days from today, counted from opening. */
export function slotAt(day: number, slot: number): Date {
  const today = Math.floor(Date.now() / 86_400_000);
  return new Date(((today + day) * 48 + 16 + slot) * 1_800_000);
}

/** Makes a clinic with the commands that its owner would use. */
export async function makeClinic(sql: Sql, plan: ClinicPlan): Promise<Clinic> {
  const users = await sql<{ id: string }[]>`
    insert into auth.users (id, email, email_confirmed_at)
    select gen_random_uuid(), 'user-' || n || '@example.com', now() from generate_series(0, ${plan.customers}) n
    returning id`;
  const [owner, ...customers] = users.map(({ id }) => id);
  return await sql.begin(async (tx) => {
    await tx`select set_config('request.jwt.claims', ${
      claimsOf(owner!)
    }, true), set_config('role', 'authenticated', true)`;
    const organization = await idOf(tx`select public.create_organization('Clinic', 'clinic', 'clinic', 'UTC') as made`);
    const resources: Record<string, string> = {};
    for (const resource of plan.resources) resources[resource.name] = await makeResource(tx, organization, resource);
    const services: Record<string, string> = {};
    for (const service of plan.services) {
      services[service.name] = await makeService(tx, organization, service, resources);
    }
    return { organization, owner: owner!, customers, resources, services };
  }) as Clinic;
}

async function makeResource(tx: TransactionSql, organization: string, plan: ResourcePlan): Promise<string> {
  const id = await idOf(tx`
    select public.create_resource(${organization}, ${plan.kind}, ${plan.name}, 'UTC', ${plan.capacity ?? 1}) as made`);
  const hours = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, opens: "08:00", closes: "18:00" }));
  await tx`select public.set_weekly_hours(${id}, ${tx.json(hours)})`;
  return id;
}

async function makeService(
  tx: TransactionSql,
  organization: string,
  { name, all, any, terms }: ServicePlan,
  resources: Record<string, string>,
): Promise<string> {
  const service = { name, duration_minutes: 30, booking_horizon_days: 365, ...terms };
  const id = await idOf(tx`select public.create_service(${organization}, ${tx.json(service)}) as made`);
  const groups = Object.entries({ all, any }).filter(([, names]) => names).map(([rule, names]) => ({
    name: rule,
    rule,
    resource_ids: names!.map((name) => resources[name]!),
  }));
  await tx`select public.set_service_groups(${id}, ${tx.json(groups)})`;
  return id;
}

async function idOf(query: PromiseLike<readonly unknown[]>): Promise<string> {
  const [row] = await query as { made: { id: string } }[];
  return row!.made.id;
}
