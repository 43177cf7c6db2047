import assert from "node:assert/strict";
import type { Sql } from "postgres";
import { type Clinic, type ClinicPlan, makeClinic, slotAt } from "../../scripts/bench/clinic.ts";
import { inconsistencies } from "../../scripts/bench/consistency.ts";
import { as, codeOf, nativeTest, sleep } from "./server.ts";

const clients = 16;
const plan: ClinicPlan = {
  customers: clients,
  resources: ["Ann", "Bob"].map((name) => ({ name, kind: "staff" })),
  services: [
    { name: "Ann", all: ["Ann"] },
    { name: "Anyone", any: ["Ann", "Bob"] },
    { name: "Class", all: ["Ann"], terms: { seats: 4 } },
  ],
};
const days = [3, 4, 5, 6, 7, 8, 9, 10];

interface Series {
  id: string;
  appointments: { id: string; starts_at: string }[];
  skipped: unknown[];
}

const bookSeries = (sql: Sql, clinic: Clinic, customer: string, service: string, slot: number, onConflict = "refuse") =>
  as(sql, customer, async (tx) => {
    const [row] = await tx<[{ series: Series }]>`
      select public.book_series(${clinic.services[service]!}, 'FREQ=DAILY;COUNT=8', 'UTC',
        ${days.map((day) => slotAt(day, slot).toISOString())}::timestamptz[], on_conflict => ${onConflict}) as series`;
    return row.series;
  });

const moveSeries = (sql: Sql, customer: string, { id, appointments: [first] }: Series, at: Date) =>
  as(
    sql,
    customer,
    (tx) => tx`select public.change_series(${id}, 'all', ${tx.json({ starts_at: at.toISOString() })}, ${first!.id})`,
  );

const race = (name: string, run: (sql: Sql, clinic: Clinic) => Promise<void>): void =>
  nativeTest(name, async (sql) => {
    const clinic = await makeClinic(sql, plan);
    await run(sql, clinic);
    assert.deepEqual(await inconsistencies(sql), []);
  }, clients);

const tally = (outcomes: string[]) =>
  Object.fromEntries(Map.groupBy(outcomes, (outcome) => outcome).entries().map(([code, all]) => [code, all.length]));

race("of 16 who want one series one gets it whole, and the others are refused", async (sql, clinic) => {
  for (let slot = 0; slot < 4; slot++) {
    const outcomes = await Promise.all(
      clinic.customers.map((customer) => codeOf(bookSeries(sql, clinic, customer, "Ann", slot))),
    );
    assert.deepEqual(tally(outcomes), { ok: 1, series_conflicts: clients - 1 });
  }
});

race("series that skip and single bookings share the days without an overlap or a deadlock", async (sql, clinic) => {
  for (let slot = 0; slot < 8; slot++) {
    const outcomes = await Promise.all(clinic.customers.map((customer, n) =>
      codeOf(
        n % 2 ? bookSeries(sql, clinic, customer, "Anyone", slot, "skip") : as(
          sql,
          customer,
          (tx) => tx`select public.book_appointment(${clinic.services.Anyone!}, ${slotAt(days[(n / 2) % 8]!, slot)})`,
        ),
      )
    ));
    const known = new Set(["ok", "series_conflicts", "slot_taken"]);
    assert.ok(outcomes.every((outcome) => known.has(outcome)), `${slot}: ${outcomes}`);
  }
  const [{ count }] = await sql<[{ count: number }]>`select count(*)::int from public.appointments`;
  assert.equal(count, 8 * 8 * 2, "both are booked all the time");
});

race("two series that change places, while each of theirs is moved alone, never deadlock", async (sql, clinic) => {
  const [ann, bob] = clinic.customers as [string, string];
  const first = await bookSeries(sql, clinic, ann, "Ann", 2);
  const second = await bookSeries(sql, clinic, bob, "Ann", 6);
  const known = new Set(["ok", "series_conflicts", "slot_taken"]);
  let moved = 0;
  for (let round = 0; round < 20; round++) {
    const outcomes = await Promise.all([
      codeOf(moveSeries(sql, ann, first, slotAt(days[0]!, [2, 4, 6][round % 3]!))),
      codeOf(moveSeries(sql, bob, second, slotAt(days[0]!, [4, 6, 2][round % 3]!))),
      ...[first, second].flatMap(({ appointments }, n) =>
        appointments.slice(0, 4).map(({ id }, day) =>
          codeOf(
            as(
              sql,
              [ann, bob][n]!,
              (tx) => tx`select public.reschedule_appointment(${id}, ${slotAt(days[day]!, (round * 3 + n) % 20)})`,
            ),
          )
        )
      ),
    ]);
    assert.ok(outcomes.every((outcome) => known.has(outcome)), `${round}: ${outcomes}`);
    moved += outcomes.slice(0, 2).filter((outcome) => outcome === "ok").length;
  }
  assert.ok(moved > 0, "some moves of a whole series succeed");
});

race("series and single bookings that count against one limit never deadlock", async (sql, clinic) => {
  await as(
    sql,
    clinic.owner,
    (tx) =>
      tx`select public.set_booking_limits(${
        tx.json([{ subject: "service", period: "month", unit: "bookings", maximum: 5000 }])
      }, service_id => ${clinic.services.Ann!})`,
  );
  for (let slot = 0; slot < 12; slot++) {
    const outcomes = await Promise.all(clinic.customers.map((customer, n) =>
      codeOf(
        n === 0 ? bookSeries(sql, clinic, customer, "Ann", slot, "skip") : as(
          sql,
          customer,
          (tx) => tx`select public.book_appointment(${clinic.services.Ann!}, ${slotAt(days[n % 8]!, slot)})`,
        ),
      )
    ));
    const known = new Set(["ok", "series_conflicts", "slot_taken"]);
    assert.deepEqual(outcomes.filter((outcome) => !known.has(outcome)), []);
  }
});

race("a series waits for bookings under way before it takes anything", async (sql, clinic) => {
  const [ann, bob] = clinic.customers as [string, string];
  let series: Promise<Series> | undefined;
  await as(sql, ann, async (tx) => {
    await tx`select public.book_appointment(${clinic.services.Ann!}, ${slotAt(days[5]!, 2)})`;
    series = bookSeries(sql, clinic, bob, "Ann", 2, "skip");
    const waitsFor = async () =>
      (await sql`select locktype from pg_catalog.pg_locks where not granted and database = (
        select oid from pg_catalog.pg_database where datname = current_database())`).map(({ locktype }) => locktype);
    let waiting = await waitsFor();
    for (let tries = 0; waiting.length === 0 && tries < 100; tries++) {
      await sleep(20);
      waiting = await waitsFor();
    }
    // Not a transaction's end: that would be a claim, wanted while it holds those of the days before.
    assert.deepEqual(waiting, ["advisory"]);
  });
  const { appointments, skipped } = await series!;
  assert.deepEqual([appointments.length, skipped.length], [7, 1]);
});

nativeTest("series and single bookings fill the seats of classes and no more", async (sql) => {
  const clinic = await makeClinic(sql, plan);
  for (let slot = 0; slot < 4; slot++) {
    const outcomes = await Promise.all(clinic.customers.map((customer, n) =>
      codeOf(
        n % 2 ? bookSeries(sql, clinic, customer, "Class", slot, "skip") : as(
          sql,
          customer,
          (tx) => tx`select public.book_appointment(${clinic.services.Class!}, ${slotAt(days[(n / 2) % 8]!, slot)})`,
        ),
      )
    ));
    const known = new Set(["ok", "series_conflicts", "slot_taken", "session_full"]);
    assert.ok(outcomes.every((outcome) => known.has(outcome)), `${slot}: ${outcomes}`);
  }
  const seats = await sql`
    select distinct g.seats_taken, (select sum(a.party_size)::int from public.appointments a where a.session_id = g.id) as booked
    from public.group_sessions g where g.status = 'open'`;
  assert.deepEqual(seats.map(({ seats_taken, booked }) => [seats_taken, booked]), [[4, 4]]);
}, clients);
