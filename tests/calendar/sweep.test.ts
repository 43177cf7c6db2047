import assert from "node:assert/strict";
import type { Queryable } from "../../scripts/stack/db.ts";
import { engine, withDatabase } from "./database.ts";
import { createOrganization, createResources, openHours } from "./resources.ts";
import { minuteOf, openRuns, type Rule, type Stretch, stretches } from "./wall-clock.ts";

/** Every kind of trouble: midnights that do not exist, half hours, odd offsets, Ramadan, negative summer time, two hours. */
const zones = `UTC Pacific/Apia America/Santiago Africa/Cairo America/Havana Atlantic/Azores Australia/Lord_Howe
  Africa/Casablanca Europe/Dublin Asia/Gaza America/Asuncion Asia/Kathmandu Pacific/Chatham Antarctica/Troll
  America/St_Johns America/New_York America/Los_Angeles America/Phoenix America/Anchorage America/Adak America/Nuuk
  America/Sao_Paulo Europe/London Europe/Berlin Europe/Paris Europe/Chisinau Asia/Beirut Asia/Jerusalem Asia/Tehran
  Asia/Kolkata Asia/Tokyo Australia/Adelaide Australia/Sydney Pacific/Auckland Pacific/Easter Pacific/Kiritimati
  Etc/GMT+12`.split(/\s+/);
const from = "2025-01-01T00:00:00Z";
const to = "2027-01-01T00:00:00Z";
const everyDay = [1, 2, 3, 4, 5, 6, 7];
const hours = Array.from({ length: 24 }, (_, hour) => hour * 60);

const rules: readonly Rule[] = [
  ...hours.map((opens) => ({ weekdays: everyDay, opens, closes: opens + 60 })),
  ...hours.map((opens) => ({ weekdays: everyDay, opens, closes: opens + 480 })),
  ...everyDay.map((weekday) => ({ weekdays: [weekday], opens: 22 * 60, closes: 30 * 60 })),
];

/** Whether the database's own clock shows these offsets, at each of their ends and every six hours. */
async function agrees(db: Queryable, zone: string, truth: readonly Stretch[]): Promise<boolean> {
  const [row] = await db.query<{ agrees: boolean }>(
    `select not exists (
       select from jsonb_to_recordset($2::text::jsonb) as s("from" bigint, "to" bigint, "offset" integer),
         lateral (
           select to_timestamp(m * 60) as at from generate_series(s.from, s.to - 1, 360) m
           union all select to_timestamp(s.to * 60) - interval '1 second'
         ) t
       where (t.at at time zone $1::text) - (t.at at time zone 'UTC') <> make_interval(mins => s.offset)) as agrees`,
    [zone, JSON.stringify(truth)],
  );
  return row!.agrees;
}

/** The offsets that the database's own clock shows each quarter of an hour. */
async function databaseStretches(db: Queryable, zone: string): Promise<Stretch[]> {
  const rows = await db.query<{ from: number; offset: number }>(
    `select (extract(epoch from at) / 60)::float8 as from, offset_minutes::float8 as offset from (
       select at, offset_minutes, lag(offset_minutes) over (order by at) as before from (
         select at, extract(epoch from (at at time zone $1::text) - (at at time zone 'UTC')) / 60 as offset_minutes
         from generate_series($2::text::timestamptz, $3::text::timestamptz - interval '1 second', interval '15 minutes') at) o) c
     where offset_minutes is distinct from before order by at`,
    [zone, from, to],
  );
  return rows.map(({ from, offset }, at) => ({ from, to: rows[at + 1]?.from ?? minuteOf(to), offset }));
}

const divisor = (a: number, b: number): number => b === 0 ? Math.abs(a) : divisor(b, a % b);

/** How often the clock must be read so that no window, change or offset falls between two readings. */
const stepOf = (zone: readonly Stretch[]): number =>
  zone.reduce((step, { from, offset }) => divisor(divisor(step, from), offset), 60);

Deno.test("in 37 zones each window of each day of two years is open when the wall clock says so", async () => {
  assert.equal(zones.length, 37);
  await withDatabase(async (db) => {
    const organization = await createOrganization(db);
    let windows = 0;
    const wrong: string[] = [];
    for (const zone of zones) {
      const ids = await createResources(db, organization, rules.map((rule) => ({ zone, rules: [rule] })));
      const answers = await openHours(db, ids, from, to);
      let truth = stretches(zone, minuteOf(from), minuteOf(to));
      if (!await agrees(db, zone, truth)) {
        console.log(
          `${zone}: Temporal and the ${engine} database have different time zone data; the database's is used`,
        );
        truth = await databaseStretches(db, zone);
      }
      const step = stepOf(truth);
      answers.forEach((answer, at) => {
        const expected = openRuns([rules[at]!], truth, step);
        windows += expected.length;
        const missed = expected.filter(([a, b], n) => answer[n]?.[0] !== a || answer[n]?.[1] !== b);
        if (missed.length || answer.length !== expected.length) {
          wrong.push(`${zone} ${JSON.stringify(rules[at])}: ${missed.length} of ${expected.length}`);
        }
      });
    }
    console.log(`${windows} windows in ${zones.length} zones: ${wrong.length} rules wrong`);
    assert.deepEqual(wrong, []);
    assert.ok(windows > 1_300_000);
  });
});
