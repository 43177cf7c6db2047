import assert from "node:assert/strict";
import type { Sql } from "postgres";
import { type Clinic, makeClinic, slotAt } from "../../scripts/bench/clinic.ts";
import { inconsistencies } from "../../scripts/bench/consistency.ts";
import { as, codeOf, nativeTest } from "./server.ts";

const clients = 64;
const people = ["Ann", "Bob", "Cleo"].map((name) => ({ name, kind: "staff" as const }));
const plan = {
  customers: clients,
  resources: [...people, { name: "Device", kind: "equipment" as const, capacity: 3 }],
  services: [
    { name: "Ann", all: ["Ann"] },
    { name: "Anyone", any: ["Ann", "Bob", "Cleo"] },
    { name: "Device", all: ["Device"] },
  ],
};

interface Options {
  readonly key?: string;
}

const book = (sql: Sql, clinic: Clinic, customer: string, service: string, at: Date, { key }: Options = {}) =>
  as(sql, customer, async (tx) => {
    const [row] = await tx<[{ appointment: { id: string } }]>`
      select public.book_appointment(${clinic.services[service]!}, ${at}, idempotency_key => ${
      key ?? null
    }) as appointment`;
    return row.appointment;
  });

const move = (sql: Sql, customer: string, id: string, at: Date) =>
  as(sql, customer, (tx) => tx`select public.reschedule_appointment(${id}, ${at})`);

/** Every client books the same start at once; returns how often each outcome came. */
async function rush(sql: Sql, clinic: Clinic, service: string, at: Date): Promise<Record<string, number>> {
  const outcomes = await Promise.all(
    clinic.customers.map((customer) => codeOf(book(sql, clinic, customer, service, at))),
  );
  return Object.fromEntries(
    Map.groupBy(outcomes, (outcome) => outcome).entries().map(([code, all]) => [code, all.length]),
  );
}

const race = (name: string, run: (sql: Sql, clinic: Clinic) => Promise<void>): void =>
  nativeTest(name, async (sql) => {
    const clinic = await makeClinic(sql, plan);
    await run(sql, clinic);
    assert.deepEqual(await inconsistencies(sql), []);
  }, clients);

race("of 64 who want one slot one gets it, and the others hear that it is taken", async (sql, clinic) => {
  for (let slot = 0; slot < 5; slot++) {
    assert.deepEqual(await rush(sql, clinic, "Ann", slotAt(3, slot)), { ok: 1, slot_taken: clients - 1 });
  }
});

race("three people serve three of 64, whoever was asked first", async (sql, clinic) => {
  for (let slot = 0; slot < 5; slot++) {
    assert.deepEqual(await rush(sql, clinic, "Anyone", slotAt(3, slot)), { ok: 3, slot_taken: clients - 3 });
  }
});

race("three seats take three of 64", async (sql, clinic) => {
  for (let slot = 0; slot < 5; slot++) {
    assert.deepEqual(await rush(sql, clinic, "Device", slotAt(3, slot)), { ok: 3, slot_taken: clients - 3 });
  }
});

race("sixteen requests with one idempotency key make one booking and get one answer", async (sql, clinic) => {
  const [customer] = clinic.customers;
  for (let slot = 0; slot < 5; slot++) {
    const answers = await Promise.all(Array.from(
      { length: 16 },
      () => book(sql, clinic, customer!, "Ann", slotAt(3, slot), { key: `slot ${slot}` }),
    ));
    assert.equal(new Set(answers.map((answer) => JSON.stringify(answer))).size, 1);
  }
  const [{ count }] = await sql<[{ count: number }]>`select count(*)::int from public.appointments`;
  assert.equal(count, 5);
});

race("two bookings that want each other's time refuse one another and never deadlock", async (sql, clinic) => {
  const [ann, bob] = clinic.customers as [string, string];
  // Apart by nothing, so that each move needs only what the other holds, in both directions.
  const times = [slotAt(3, 4), slotAt(3, 5)] as const;
  const first = await book(sql, clinic, ann, "Ann", times[0]);
  const second = await book(sql, clinic, bob, "Ann", times[1]);
  for (let round = 0; round < 1_000; round++) {
    const outcomes = await Promise.all([
      codeOf(move(sql, ann, first.id, times[1])),
      codeOf(move(sql, bob, second.id, times[0])),
    ]);
    assert.deepEqual(outcomes, ["slot_taken", "slot_taken"]);
  }
});

race("two bookings that leave for each other's time by way of a third never deadlock", async (sql, clinic) => {
  const [ann, bob] = clinic.customers as [string, string];
  const times = [slotAt(3, 4), slotAt(3, 5), slotAt(3, 6)];
  const first = await book(sql, clinic, ann, "Ann", times[0]!);
  const second = await book(sql, clinic, bob, "Ann", times[2]!);
  const codes = new Set<string>();
  for (let round = 0; round < 500; round++) {
    const outcomes = await Promise.all([
      codeOf(move(sql, ann, first.id, times[round % 3]!)),
      codeOf(move(sql, bob, second.id, times[(round + 1) % 3]!)),
    ]);
    for (const code of outcomes) codes.add(code);
  }
  assert.deepEqual([...codes].toSorted(), ["ok", "slot_taken"]);
});

race("of those who change one version at once one succeeds", async (sql, clinic) => {
  const [customer] = clinic.customers;
  for (let round = 0; round < 10; round++) {
    const { id } = await book(sql, clinic, customer!, "Ann", slotAt(3, round));
    const outcomes = await Promise.all([
      ...[11, 12, 13, 14].map((slot) =>
        as(sql, clinic.owner, (tx) => tx`select public.reschedule_appointment(${id}, ${slotAt(4, slot)}, null, 1)`)
      ),
      ...[1, 2, 3, 4].map(() => as(sql, customer!, (tx) => tx`select public.cancel_appointment(${id}, null, 1)`)),
      ...[1, 2, 3, 4].map((n) =>
        as(sql, clinic.owner, (tx) => tx`select public.update_appointment(${id}, ${`note ${n}`}, 1)`)
      ),
    ].map(codeOf));
    assert.equal(outcomes.filter((code) => code === "ok").length, 1, `${round}: ${outcomes}`);
    assert.equal(outcomes.filter((code) => code === "version_conflict").length, outcomes.length - 1, `${outcomes}`);
    await codeOf(as(sql, clinic.owner, (tx) => tx`select public.cancel_appointment(${id})`));
  }
});

race("whoever waits for an appointment that moves to another month still finds it", async (sql, clinic) => {
  const [customer] = clinic.customers;
  const { id } = await book(sql, clinic, customer!, "Ann", slotAt(3, 0));
  for (let round = 0; round < 50; round++) {
    const outcomes = await Promise.all([
      codeOf(move(sql, customer!, id, slotAt(round % 2 ? 3 : 35, 0))),
      ...Array.from(
        { length: 8 },
        (_, n) => codeOf(as(sql, clinic.owner, (tx) => tx`select public.update_appointment(${id}, ${`note ${n}`})`)),
      ),
    ]);
    assert.deepEqual(outcomes, Array(9).fill("ok"), `round ${round}`);
  }
});
