import type { Queryable } from "../../scripts/stack/db.ts";
import { type Rule, type Run } from "./wall-clock.ts";

export interface Opening {
  readonly zone: string;
  readonly rules: readonly Rule[];
  readonly overrides?: Readonly<Record<string, readonly (readonly [string, string])[]>>;
}

const clock = (minutes: number): string => `${Math.floor(minutes / 60)}:${minutes % 60}`;

export async function createOrganization(db: Queryable): Promise<string> {
  const [row] = await db.query<{ id: string }>(
    `insert into public.organizations (slug, name, kind, time_zone)
     values ('org-' || substr(gen_random_uuid()::text, 1, 8), 'Test', 'clinic', 'UTC') returning id::text`,
  );
  return row!.id;
}

/** Makes resources with their hours in one statement each, and tells their ids in the same order. */
export async function createResources(
  db: Queryable,
  organization: string,
  openings: readonly Opening[],
): Promise<string[]> {
  const ids = openings.map(() => crypto.randomUUID());
  const hours = openings.flatMap(({ rules }, at) =>
    rules.flatMap(({ weekdays, opens, closes }) =>
      weekdays.map((weekday) => ({
        id: ids[at],
        weekday,
        opens: clock(opens),
        closes: clock(closes === 1440 ? 1440 : closes % 1440),
      }))
    )
  );
  const days = openings.flatMap(({ overrides }, at) =>
    Object.entries(overrides ?? {}).flatMap(([day, windows]) =>
      (windows.length ? windows : [[null, null] as const]).map(([opens, closes]) => ({
        id: ids[at],
        day,
        opens,
        closes,
      }))
    )
  );
  await db.query(
    `insert into public.resources (id, organization_id, kind, name, time_zone)
     select id, $1::text::uuid, 'room', 'Resource', zone from jsonb_to_recordset($2::text::jsonb) as r(id uuid, zone text)`,
    [organization, JSON.stringify(openings.map(({ zone }, at) => ({ id: ids[at], zone })))],
  );
  await db.query(
    `insert into public.weekly_hours (resource_id, organization_id, weekday, opens, closes)
     select id, $1::text::uuid, weekday, opens, closes
     from jsonb_to_recordset($2::text::jsonb) as h(id uuid, weekday smallint, opens time, closes time)`,
    [organization, JSON.stringify(hours)],
  );
  await db.query(
    `insert into public.date_overrides (resource_id, organization_id, day, opens, closes)
     select id, $1::text::uuid, day, opens, closes
     from jsonb_to_recordset($2::text::jsonb) as o(id uuid, day date, opens time, closes time)`,
    [organization, JSON.stringify(days)],
  );
  return ids;
}

/** When the database says that resources are open in a range, in the order of the ids. */
export async function openHours(db: Queryable, ids: readonly string[], from: string, to: string): Promise<Run[][]> {
  const rows = await db.query<{ id: string; runs: string }>(
    `select h.resource_id::text as id, (
       select string_agg(format('%s-%s', extract(epoch from lower(o)) / 60, extract(epoch from upper(o)) / 60), ' ' order by o)
       from unnest(h.open * tstzmultirange(tstzrange($2::text::timestamptz, $3::text::timestamptz))) o) as runs
     from calendar.open_hours(string_to_array($1::text, ',')::uuid[], tstzrange($2::text::timestamptz, $3::text::timestamptz)) h`,
    [ids.join(), from, to],
  );
  const found = new Map(rows.map(({ id, runs }) => [id, runs]));
  return ids.map((id) =>
    (found.get(id) ?? "").split(" ").filter(Boolean).map((run) => run.split("-").map(Number) as unknown as Run)
  );
}
