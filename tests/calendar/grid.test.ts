import assert from "node:assert/strict";
import fc from "fast-check";
import type { Db, Queryable } from "../../scripts/stack/db.ts";
import { engine, withDatabase } from "./database.ts";
import { grids } from "./grids.ts";
import { createOrganization, createResources } from "./resources.ts";

const everyDay = [1, 2, 3, 4, 5, 6, 7];
const day = 86_400_000;
/** Both changes of a year lie in these weeks, of the north and of the south. */
const seasons = ["2027-03-01T00:00:00Z", "2027-09-15T00:00:00Z"];
const season = 60 * day;

const calendars = fc.record({
  zone: fc.constantFrom(
    "Europe/Berlin",
    "America/New_York",
    "America/Santiago",
    "Australia/Lord_Howe",
    "Antarctica/Troll",
  ),
  season: fc.constantFrom(...seasons),
  /** Open around the clock but for these days, or through the night only. */
  night: fc.boolean(),
  closed: fc.uniqueArray(fc.integer({ min: 0, max: 59 }), { maxLength: 4 }),
  duration: fc.constantFrom(20, 60, 100, 720),
  every: fc.constantFrom(25, 50, 60, 100, 420, 1440),
  grid: grids,
  taken: fc.array(fc.integer({ min: 0, max: season / 60_000 }), { maxLength: 30 }),
  cuts: fc.array(fc.integer({ min: 1, max: season - 1 }), { minLength: 1, maxLength: 8 }),
});

type Calendar = typeof calendars extends fc.Arbitrary<infer T> ? T : never;

const iso = (milliseconds: number) => new Date(milliseconds).toISOString();

async function starts(
  db: Queryable,
  resource: string,
  from: number,
  to: number,
  duration: number,
  every: number,
  grid: Calendar["grid"],
): Promise<number[]> {
  const rows = await db.query<{ at: number }>(
    `select (extract(epoch from starts_at) * 1000)::float8 as at
     from calendar.slots(array[1], array[$1::text::uuid], tstzrange($2::text::timestamptz, $3::text::timestamptz),
       make_interval(mins => $4::text::integer), make_interval(mins => $5::text::integer), '0', '0', null,
       jsonb_populate_record(null::calendar.grid, $6::text::jsonb)) order by 1`,
    [
      resource,
      iso(from),
      iso(to),
      `${duration}`,
      `${every}`,
      JSON.stringify({ mode: grid.mode, boundaries: grid.prefer ?? [grid.round_to_min ?? 15] }),
    ],
  );
  return rows.map(({ at }) => at);
}

let slots = 0;

async function check(db: Db, organization: string, from: Calendar) {
  const begins = Date.parse(from.season);
  const [resource] = await createResources(db, organization, [{
    zone: from.zone,
    rules: [{ weekdays: everyDay, opens: from.night ? 18 * 60 : 0, closes: from.night ? 30 * 60 : 1440 }],
    overrides: Object.fromEntries(from.closed.map((n) => [iso(begins + n * day).slice(0, 10), []])),
  }]);
  await db.query(
    `insert into public.absences (organization_id, resource_id, during)
     select $1::text::uuid, $2::text::uuid, tstzrange(at::timestamptz, at::timestamptz + interval '35 minutes')
     from jsonb_array_elements_text($3::text::jsonb) as at`,
    [organization, resource, JSON.stringify(from.taken.map((minute) => iso(begins + minute * 60_000)))],
  );
  const ask = (a: number, b: number) => starts(db, resource!, a, b, from.duration, from.every, from.grid);
  const whole = await ask(begins, begins + season);
  const ends = [begins, ...from.cuts.map((cut) => begins + cut).sort((a, b) => a - b), begins + season];
  const parts: number[] = [];
  for (let at = 1; at < ends.length; at++) {
    if (ends[at - 1]! < ends[at]!) parts.push(...await ask(ends[at - 1]!, ends[at]!));
  }
  assert.deepEqual(parts.map(iso), whole.map(iso));
  slots += whole.length;
}

Deno.test("each grid of runs of hours, nights and weeks is the same whatever range is asked for", async () => {
  await withDatabase(async (db) => {
    const organization = await createOrganization(db);
    const property = fc.asyncProperty(calendars, (calendar) => check(db, organization, calendar));
    await fc.assert(property, { numRuns: engine === "native" ? 60 : 25, seed: 20261120, endOnFailure: true });
    assert.ok(slots > 1000);
  });
});
