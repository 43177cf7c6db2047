import fc from "fast-check";
import type { Queryable } from "../../scripts/stack/db.ts";
import { createOrganization } from "./resources.ts";

/** Minutes from the beginning of the hour in which the test runs. */
interface Span {
  readonly at: number;
  readonly minutes: number;
}

export interface TenantResource {
  readonly active: boolean;
  readonly capacity: number;
  readonly zone: string;
  readonly weekly: readonly { readonly weekday: number; readonly opens: string; readonly closes: string }[];
  readonly overrides: readonly {
    readonly inDays: number;
    readonly windows: readonly { readonly opens: string; readonly closes: string }[];
  }[];
  readonly absences: readonly Span[];
  readonly busy: readonly Span[];
  readonly claims: readonly (Span & { readonly state: "stands" | "held" | "over" })[];
}

/** What customers have done before: booked, asked for or held, some of it so long ago that its time is over. */
export interface Place {
  readonly kind: "book" | "hold";
  readonly over: boolean;
  /** Which of the slots then offered to the party. */
  readonly choice: number;
  readonly party: number;
}

export interface Tenant {
  readonly resources: readonly TenantResource[];
  readonly service: Readonly<Record<string, number | string | boolean>>;
  /** How many come who ask. */
  readonly party: number;
  readonly places: readonly Place[];
  readonly groups: readonly { readonly rule: "any" | "all"; readonly members: readonly number[] }[];
  readonly limits: readonly { subject: string; period: string; unit: string; maximum: number }[];
  /** The range asked for, and where it is split: minutes, some with seconds. */
  readonly range: { readonly from: number; readonly minutes: number; readonly splits: readonly number[] };
}

const clock = (minutes: number): string =>
  `${`${Math.floor(minutes / 60)}`.padStart(2, "0")}:${`${minutes % 60}`.padStart(2, "0")}`;
const everyDay = (...windows: (readonly [string, string])[]) =>
  [1, 2, 3, 4, 5, 6, 7].flatMap((weekday) => windows.map(([opens, closes]) => ({ weekday, opens, closes })));

const anyWindow = fc.tuple(fc.integer({ min: 0, max: 287 }), fc.integer({ min: 6, max: 280 })).map((
  [start, length],
) => ({
  opens: clock(start * 5),
  closes: clock((start + length) * 5 % 1440),
}));
const weekly = fc.oneof(
  fc.constantFrom(
    everyDay(["09:00", "17:00"]),
    everyDay(["08:30", "12:00"], ["13:15", "18:00"]),
    everyDay(["20:00", "04:00"]),
    everyDay(["00:00", "24:00"]),
    everyDay(["00:00", "24:00"]).filter(({ weekday }) => weekday !== 3),
  ),
  fc.uniqueArray(
    fc.tuple(fc.integer({ min: 1, max: 7 }), anyWindow).map(([weekday, window]) => ({ weekday, ...window })),
    {
      minLength: 4,
      maxLength: 14,
      selector: ({ weekday, opens }) => `${weekday} ${opens}`,
    },
  ),
);
const span = (longest: number) =>
  fc.record({ at: fc.integer({ min: -600, max: 10_000 }), minutes: fc.integer({ min: 1, max: longest }) });

const resource: fc.Arbitrary<TenantResource> = fc.record({
  active: fc.integer({ min: 0, max: 9 }).map((n) => n > 0),
  capacity: fc.constantFrom(1, 1, 2, 3),
  zone: fc.constantFrom(
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "America/Santiago",
    "UTC",
  ),
  weekly,
  overrides: fc.uniqueArray(
    fc.record({
      inDays: fc.integer({ min: 0, max: 8 }),
      windows: fc.uniqueArray(anyWindow, { maxLength: 2, selector: ({ opens }) => opens }),
    }),
    { maxLength: 3, selector: ({ inDays }) => inDays },
  ),
  absences: fc.array(span(1_000), { maxLength: 2 }),
  busy: fc.array(span(300), { maxLength: 4 }),
  claims: fc.array(
    fc.tuple(span(600), fc.constantFrom("stands", "stands", "held", "over")).map(([claim, state]) => ({
      ...claim,
      state: state as "stands",
    })),
    { maxLength: 8 },
  ),
});

const service = fc.record({
  duration_minutes: fc.constantFrom(5, 15, 20, 30, 30, 45, 60, 240),
  slot_interval_minutes: fc.constantFrom(5, 10, 15, 25, 30, 45, 60, 100),
  buffer_before_minutes: fc.constantFrom(0, 0, 5, 20, 90),
  buffer_after_minutes: fc.constantFrom(0, 0, 10, 45),
  minimum_notice_minutes: fc.constantFrom(0, 0, 0, 60, 1500),
  booking_horizon_days: fc.constantFrom(3, 30, 60, 60),
  grid: fc.constantFrom("opening", "opening", "midnight", "gap", "optimized"),
  grid_minutes: fc.constantFrom(5, 15, 40, 60),
  assignment: fc.constantFrom("round_robin", "fixed"),
  seats: fc.constantFrom(1, 1, 3, 5),
  maximum_party: fc.constant(3),
  requires_approval: fc.boolean(),
});

const limits = fc.uniqueArray(
  fc.record({
    subject: fc.constantFrom("customer", "resource", "service"),
    period: fc.constantFrom("day", "week", "month"),
    unit: fc.constantFrom("bookings", "minutes"),
    maximum: fc.constantFrom(0, 1, 2, 20, 60, 600),
  }),
  { maxLength: 2, selector: ({ subject, period, unit }) => `${subject} ${period} ${unit}` },
);

const indexes = (count: number) =>
  fc.uniqueArray(fc.integer({ min: 0, max: count - 1 }), { minLength: 1, maxLength: 3 });

/** A tenant with up to four resources and one service over them. */
export const tenants: fc.Arbitrary<Tenant> = fc.array(resource, { minLength: 1, maxLength: 4 }).chain((resources) =>
  fc.record({
    resources: fc.constant(resources),
    service,
    party: fc.constantFrom(1, 1, 2, 3),
    places: fc.array(
      fc.record({
        kind: fc.constantFrom("book", "hold"),
        over: fc.boolean(),
        choice: fc.float({ min: 0, max: Math.fround(0.99), noNaN: true }),
        party: fc.integer({ min: 1, max: 3 }),
      }),
      { maxLength: 6 },
    ),
    limits: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: limits }),
    groups: fc.array(
      fc.record({ rule: fc.constantFrom("any", "any", "any", "all"), members: indexes(resources.length) }),
      {
        minLength: 1,
        maxLength: 2,
      },
    ),
    range: fc.record({
      from: fc.integer({ min: -500, max: 6_000 }),
      minutes: fc.integer({ min: 600, max: 5_000 }),
      splits: fc.array(fc.float({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 3 }),
    }),
  })
);

export interface Made {
  readonly serviceId: string;
  readonly resourceIds: readonly string[];
}

const at = "date_trunc('hour', now()) + make_interval(mins => $2::text::integer)";
const until = "date_trunc('hour', now()) + make_interval(mins => $2::text::integer + $3::text::integer)";

async function createResource(db: Queryable, organization: string, from: TenantResource): Promise<string> {
  const [row] = await db.query<{ id: string }>(
    "select public.create_resource($1::text::uuid, 'staff', 'R', $2::text, $3::text::integer) ->> 'id' as id",
    [organization, from.zone, `${from.capacity}`],
  );
  const id = row!.id;
  await db.query("select public.set_weekly_hours($1::text::uuid, $2::text::jsonb)", [id, JSON.stringify(from.weekly)]);
  for (const { inDays, windows } of from.overrides) {
    await db.query(
      "select public.set_date_override($1::text::uuid, now()::date + $2::text::integer, $3::text::jsonb)",
      [
        id,
        `${inDays}`,
        JSON.stringify(windows),
      ],
    );
  }
  for (const absence of from.absences) {
    await db.query(`select public.add_absence($1::text::uuid, ${at}, ${until})`, [
      id,
      `${absence.at}`,
      `${absence.minutes}`,
    ]);
  }
  for (const claim of from.claims) {
    await db.query(
      `select calendar.claim_seat($1::text::uuid, ${from.capacity}, tstzrange(${at}, ${until}), $4::text, gen_random_uuid(),
         case $5::text when 'held' then now() + interval '10 minutes' when 'over' then now() end)`,
      [id, `${claim.at}`, `${claim.minutes}`, claim.state === "stands" ? "block" : "hold", claim.state],
    );
  }
  await db.query(
    `select public.import_busy_times($1::text::uuid, 'elsewhere', (
       select coalesce(jsonb_agg(jsonb_build_object('external_id', n, 'starts_at', date_trunc('hour', now()) + make_interval(mins => b.at),
         'ends_at', date_trunc('hour', now()) + make_interval(mins => b.at + b.minutes))), '[]')
       from rows from (jsonb_to_recordset($2::text::jsonb) as (at integer, minutes integer)) with ordinality as b(at, minutes, n)))`,
    [id, JSON.stringify(from.busy)],
  );
  if (!from.active) await db.query(`select public.update_resource($1::text::uuid, '{"active": false}')`, [id]);
  return id;
}

/** Makes a tenant by the product's own commands. */
export async function createTenant(db: Queryable, tenant: Tenant): Promise<Made> {
  await db.query(`select set_config('request.jwt.claims', '{"role": "service_role"}', true)`);
  const organization = await createOrganization(db);
  const resourceIds: string[] = [];
  for (const from of tenant.resources) resourceIds.push(await createResource(db, organization, from));
  const [row] = await db.query<{ id: string }>(
    "select public.create_service($1::text::uuid, $2::text::jsonb) ->> 'id' as id",
    [organization, JSON.stringify({ name: "Service", ...tenant.service })],
  );
  const groups = tenant.groups.map(({ rule, members }, n) => ({
    name: `group ${n}`,
    rule,
    resource_ids: members.map((member) => resourceIds[member]),
  }));
  await db.query("select public.set_service_groups($1::text::uuid, $2::text::jsonb)", [
    row!.id,
    JSON.stringify(groups),
  ]);
  await db.query("select public.set_booking_limits($1::text::jsonb, service_id => $2::text::uuid)", [
    JSON.stringify(tenant.limits),
    row!.id,
  ]);
  return { serviceId: row!.id, resourceIds };
}
