import assert from "node:assert/strict";
import type { Sql } from "postgres";
import { type Clinic, makeClinic, slotAt, slotsADay } from "../../scripts/bench/clinic.ts";
import { inconsistencies } from "../../scripts/bench/consistency.ts";
import { as, codeOf, nativeTest } from "./server.ts";

const clients = 64;
const staff = ["Ann", "Bob", "Cleo", "Dan"];
const plan = {
  customers: clients,
  resources: staff.map((name) => ({ name, kind: "staff" as const })),
  services: [{ name: "Anyone", any: staff }, { name: "Ann", all: ["Ann"] }],
};

interface Limit {
  readonly subject: "customer" | "resource" | "service";
  readonly period: "day" | "week" | "month";
  readonly unit: "bookings" | "minutes";
  readonly maximum: number;
}

const limit = (sql: Sql, clinic: Clinic, limits: readonly Limit[], service?: string) =>
  as(sql, clinic.owner, (tx) =>
    tx`select public.set_booking_limits(${tx.json(limits as never)},
      ${service ? null : clinic.organization}, ${service ? clinic.services[service]! : null})`);

const book = (sql: Sql, clinic: Clinic, customer: string, service: string, at: Date) =>
  as(sql, customer, async (tx) => {
    const [row] = await tx<[{ id: string }]>`
      select public.book_appointment(${clinic.services[service]!}, ${at}) ->> 'id' as id`;
    return row.id;
  });

const counts = (outcomes: readonly string[]): Record<string, number> =>
  Object.fromEntries(Map.groupBy(outcomes, (code) => code).entries().map(([code, all]) => [code, all.length]));

const race = (name: string, run: (sql: Sql, clinic: Clinic) => Promise<void>): void =>
  nativeTest(name, async (sql) => {
    const clinic = await makeClinic(sql, plan);
    await run(sql, clinic);
    assert.deepEqual(await inconsistencies(sql), []);
  }, clients);

race("of 64 who book a day of which five are allowed five succeed", async (sql, clinic) => {
  await limit(sql, clinic, [{ subject: "service", period: "day", unit: "bookings", maximum: 5 }], "Anyone");
  for (let day = 3; day < 8; day++) {
    const outcomes = await Promise.all(
      clinic.customers.map((customer, n) => codeOf(book(sql, clinic, customer, "Anyone", slotAt(day, n % slotsADay)))),
    );
    assert.deepEqual(counts(outcomes), { ok: 5, limit_reached: clients - 5 });
  }
});

race("one customer who books from many windows at once gets no more than is allowed", async (sql, clinic) => {
  await limit(sql, clinic, [{ subject: "customer", period: "week", unit: "minutes", maximum: 100 }]);
  const outcomes = await Promise.all(
    Array.from(
      { length: clients },
      (_, n) => codeOf(book(sql, clinic, clinic.customers[0]!, "Anyone", slotAt(9, n % slotsADay))),
    ),
  );
  assert.deepEqual(counts(outcomes), { ok: 3, limit_reached: clients - 3 });
});

/** What each client does, again and again, while the owner changes the limits: no booking is missed, and none waits for ever. */
async function wander(sql: Sql, clinic: Clinic, customer: string, seed: number): Promise<string[]> {
  const codes: string[] = [];
  let id: string | undefined;
  for (let round = 0; round < 12; round++) {
    const at = slotAt(20 + (seed * 7 + round * 5) % 20, (seed + round * 3) % slotsADay);
    if (id === undefined) {
      codes.push(await codeOf(book(sql, clinic, customer, seed % 3 ? "Anyone" : "Ann", at).then((made) => id = made)));
    } else if (round % 4 === 3) {
      codes.push(await codeOf(as(sql, customer, (tx) => tx`select public.cancel_appointment(${id!})`)));
      id = undefined;
    } else {
      codes.push(await codeOf(as(sql, customer, (tx) => tx`select public.reschedule_appointment(${id!}, ${at})`)));
    }
  }
  return codes;
}

race("limits that change under bookings, moves and cancellations count each of them", async (sql, clinic) => {
  const kinds = (maximum: number): Limit[] => [
    { subject: "resource", period: "day", unit: "bookings", maximum },
    { subject: "resource", period: "month", unit: "minutes", maximum: maximum * 300 },
    { subject: "customer", period: "week", unit: "bookings", maximum: 2 },
  ];
  await limit(sql, clinic, kinds(3));
  const owner = async () => {
    for (let round = 0; round < 10; round++) {
      await limit(sql, clinic, kinds(1 + round % 4));
      await limit(
        sql,
        clinic,
        [{ subject: "service", period: "day", unit: "minutes", maximum: 60 + 30 * round }],
        "Anyone",
      );
    }
    return [];
  };
  const wanderers = clinic.customers.slice(0, 24).map((customer, seed) => wander(sql, clinic, customer, seed));
  const codes = new Set((await Promise.all([...wanderers, owner()])).flat());
  assert.ok(codes.isSupersetOf(new Set(["ok", "limit_reached"])));
  assert.deepEqual([...codes.difference(new Set(["ok", "limit_reached", "slot_taken"]))], []);
});

race(
  "series and single bookings that count against one limit never wait for each other crosswise",
  async (sql, clinic) => {
    await limit(sql, clinic, [{ subject: "resource", period: "month", unit: "minutes", maximum: 100_000 }]);
    const days = [3, 4, 5, 6, 7, 8, 9, 10];
    const series = (customer: string, slot: number) =>
      as(sql, customer, (tx) =>
        tx`select public.book_series(${clinic.services.Ann!}, 'FREQ=DAILY;COUNT=8', 'UTC',
        ${days.map((day) => slotAt(day, slot).toISOString())}::timestamptz[], on_conflict => 'skip')`);
    const codes = new Set<string>();
    for (let slot = 0; slot < 12; slot++) {
      const [first, ...others] = clinic.customers.slice(0, 33) as [string, ...string[]];
      const outcomes = await Promise.all([
        codeOf(series(first, slot)),
        ...others.map((customer, n) => codeOf(book(sql, clinic, customer, "Ann", slotAt(days[7 - n % 8]!, slot)))),
      ]);
      for (const code of outcomes) codes.add(code);
    }
    assert.deepEqual([...codes.difference(new Set(["ok", "slot_taken", "series_conflicts"]))], []);
  },
);
