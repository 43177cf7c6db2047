import assert from "node:assert/strict";
import type { Sql } from "postgres";
import { type Clinic, type ClinicPlan, makeClinic, slotAt } from "../../scripts/bench/clinic.ts";
import { inconsistencies } from "../../scripts/bench/consistency.ts";
import { as, codeOf, nativeTest } from "./server.ts";

const clients = 64;
const plan: ClinicPlan = {
  customers: clients,
  resources: [
    { name: "Ann", kind: "staff" as const },
    { name: "Bob", kind: "staff" as const },
    { name: "Room", kind: "room" as const },
  ],
  services: [
    { name: "Class", all: ["Ann", "Room"], terms: { seats: 30, maximum_party: 3 } },
    { name: "Visit", all: ["Ann"] },
    { name: "Pair", all: ["Ann", "Room"], terms: { hold_minutes: 1 } },
    { name: "Asked", all: ["Bob"], terms: { requires_approval: true } },
  ],
};

const book = (sql: Sql, clinic: Clinic, customer: string, service: string, at: Date, party = 1): Promise<string> =>
  as(sql, customer, async (tx) => {
    const [row] = await tx<[{ id: string }]>`
      select public.book_appointment(${clinic.services[service]!}, ${at}, party_size => ${party}) ->> 'id' as id`;
    return row.id;
  });
const hold = (sql: Sql, clinic: Clinic, customer: string, service: string, at: Date): Promise<string> =>
  as(sql, customer, async (tx) => {
    const [row] = await tx<[{ id: string }]>`
      select public.place_hold(${clinic.services[service]!}, ${at}) ->> 'id' as id`;
    return row.id;
  });
const bookHeld = (sql: Sql, clinic: Clinic, customer: string, service: string, held: string) =>
  as(sql, customer, (tx) => tx`select public.book_appointment(${clinic.services[service]!}, hold_id => ${held})`);
const cancel = (sql: Sql, customer: string, id: string) =>
  as(sql, customer, (tx) => tx`select public.cancel_appointment(${id})`);
const move = (sql: Sql, customer: string, id: string, at: Date) =>
  as(sql, customer, (tx) => tx`select public.reschedule_appointment(${id}, ${at})`);

const tally = (outcomes: readonly string[]): Record<string, number> =>
  Object.fromEntries(Map.groupBy(outcomes, (outcome) => outcome).entries().map(([code, all]) => [code, all.length]));

const race = (name: string, run: (sql: Sql, clinic: Clinic) => Promise<void>): void =>
  nativeTest(name, async (sql) => {
    const clinic = await makeClinic(sql, plan);
    await run(sql, clinic);
    assert.deepEqual(await inconsistencies(sql), []);
  }, clients);

race("of 64 who want one of 30 seats 30 sit, in one session", async (sql, clinic) => {
  for (let slot = 0; slot < 3; slot++) {
    const outcomes = await Promise.all(
      clinic.customers.map((customer) => codeOf(book(sql, clinic, customer, "Class", slotAt(3, slot)))),
    );
    assert.deepEqual(tally(outcomes), { ok: 30, session_full: 34 });
  }
  const sessions = await sql`select seats_taken from public.group_sessions where status = 'open'`;
  assert.deepEqual(sessions.map(({ seats_taken }) => seats_taken), [30, 30, 30]);
});

race("parties of one to three fill 30 seats and not one more", async (sql, clinic) => {
  const at = slotAt(3, 0);
  const outcomes = await Promise.all(
    clinic.customers.map((customer, n) => codeOf(book(sql, clinic, customer, "Class", at, n % 3 + 1))),
  );
  assert.deepEqual(Object.keys(tally(outcomes)).toSorted(), ["ok", "session_full"]);
  const [session] = await sql<[{ seats_taken: number }]>`select seats_taken from public.group_sessions`;
  assert.ok(session.seats_taken > 27 && session.seats_taken <= 30, `${session.seats_taken} of 30 seats`);
});

race("cancelling, joining and changing between two sessions keeps count of the seats", async (sql, clinic) => {
  const times = [slotAt(3, 0), slotAt(3, 4)];
  const codes = new Set<string>();
  await Promise.all(clinic.customers.map(async (customer, n) => {
    for (let round = 0; round < 6; round++) {
      let id = "";
      codes.add(await codeOf(book(sql, clinic, customer, "Class", times[n % 2]!, n % 3 + 1).then((made) => id = made)));
      if (!id) continue;
      codes.add(await codeOf(move(sql, customer, id, times[(n + 1) % 2]!)));
      if (round < 5 || n % 4) codes.add(await codeOf(cancel(sql, customer, id)));
    }
  }));
  assert.deepEqual([...codes].toSorted(), ["ok", "session_full"]);
});

race("a session that is cancelled while others join and hold seats leaves nobody in it", async (sql, clinic) => {
  for (let round = 0; round < 8; round++) {
    const at = slotAt(3 + round, 0);
    await book(sql, clinic, clinic.customers[0]!, "Class", at);
    const [session] = await sql<[{ id: string }]>`select id from public.group_sessions where starts_at = ${at}`;
    const outcomes = await Promise.all([
      ...clinic.customers.slice(1, 9).map((customer) => codeOf(book(sql, clinic, customer, "Class", at))),
      ...clinic.customers.slice(9 + 4 * round, 13 + 4 * round).map((customer) =>
        codeOf(hold(sql, clinic, customer, "Class", at))
      ),
      ...[1, 2].map(() => codeOf(as(sql, clinic.owner, (tx) => tx`select public.cancel_session(${session.id})`))),
    ]);
    const expected = new Set(["ok", "version_conflict", "invalid_transition", "session_full", "slot_taken"]);
    assert.deepEqual(outcomes.filter((code) => !expected.has(code)), []);
  }
});

race("of 64 who hold one slot one gets it, and books it", async (sql, clinic) => {
  for (const [slot, service] of ["Visit", "Pair", "Visit"].entries()) {
    const at = slotAt(3, slot);
    const held: [string, string][] = [];
    const outcomes = await Promise.all(
      clinic.customers.map((customer) =>
        codeOf(hold(sql, clinic, customer, service, at).then((id) => held.push([customer, id])))
      ),
    );
    assert.deepEqual(tally(outcomes), { ok: 1, slot_taken: clients - 1 });
    const [[customer, id]] = held as [[string, string]];
    const booked = await Promise.all([
      ...Array.from({ length: 8 }, () => codeOf(bookHeld(sql, clinic, customer, service, id))),
      ...clinic.customers.slice(0, 8).map((other) => codeOf(book(sql, clinic, other, service, at))),
      codeOf(as(sql, customer, (tx) => tx`select public.release_hold(${id})`)),
    ]);
    assert.ok(
      booked.every((code) => ["ok", "hold_expired", "slot_taken", "invalid_transition"].includes(code)),
      `${booked}`,
    );
    const [{ count }] = await sql<[{ count: number }]>`
      select count(*)::int from public.appointments where starts_at = ${at} and status = 'booked'`;
    assert.ok(count <= 1);
  }
});

race("of confirming, declining, cancelling and lapsing at once exactly one succeeds", async (sql, clinic) => {
  for (let round = 0; round < 12; round++) {
    const [customer] = clinic.customers as [string];
    const id = await book(sql, clinic, customer, "Asked", slotAt(3, round));
    if (round % 2) {
      await sql`update public.appointments set expires_at = clock_timestamp() + interval '30 milliseconds' where id = ${id}`;
      await sql`update calendar.claims set expires_at = clock_timestamp() + interval '30 milliseconds' where owner_id = ${id}`;
    }
    const outcomes = await Promise.all(Array.from({ length: clients }, (_, n) =>
      [
        () => codeOf(as(sql, clinic.owner, (tx) => tx`select public.confirm_appointment(${id})`)),
        () => codeOf(as(sql, clinic.owner, (tx) => tx`select public.decline_appointment(${id}, 'no')`)),
        () => codeOf(as(sql, customer, (tx) => tx`select public.cancel_appointment(${id}, null, 1)`)),
        () => sql`select appointments.lapse_requests() as n`.then(([row]) => row!.n ? "ok" : "nothing lapsed"),
      ][n % 4]!()));
    assert.equal(
      outcomes.filter((code) => code === "ok").length,
      1,
      `round ${round}: ${JSON.stringify(tally(outcomes))}`,
    );
    const others = new Set(["ok", "invalid_transition", "version_conflict", "request_expired", "nothing lapsed"]);
    assert.deepEqual(outcomes.filter((code) => !others.has(code)), []);
  }
});
