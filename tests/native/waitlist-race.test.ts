import assert from "node:assert/strict";
import type { Sql } from "postgres";
import { type Clinic, makeClinic, slotAt } from "../../scripts/bench/clinic.ts";
import { inconsistencies } from "../../scripts/bench/consistency.ts";
import { as, codeOf, nativeTest } from "./server.ts";

const clients = 40;
const plan = {
  customers: clients,
  resources: [{ name: "Ann", kind: "staff" as const }, { name: "Room", kind: "room" as const }],
  services: [
    { name: "Visit", all: ["Ann"] },
    { name: "Pair", all: ["Ann", "Room"] },
    { name: "Class", all: ["Ann", "Room"], terms: { seats: 4, maximum_party: 2 } },
  ],
};
const jobs = ["expire_holds", "lapse_requests", "offer_next"] as const;

const idOf = (
  sql: Sql,
  customer: string,
  statement: (tx: Sql) => Promise<readonly { id: string }[]>,
): Promise<string> => as(sql, customer, async (tx) => (await statement(tx as unknown as Sql))[0]!.id);
const book = (sql: Sql, clinic: Clinic, customer: string, service: string, at: Date) =>
  idOf(sql, customer, (tx) => tx`select public.book_appointment(${clinic.services[service]!}, ${at}) ->> 'id' as id`);
const hold = (sql: Sql, clinic: Clinic, customer: string, service: string, at: Date) =>
  idOf(sql, customer, (tx) => tx`select public.place_hold(${clinic.services[service]!}, ${at}) ->> 'id' as id`);
const bookHeld = (sql: Sql, clinic: Clinic, customer: string, service: string, held: string) =>
  codeOf(
    as(sql, customer, (tx) => tx`select public.book_appointment(${clinic.services[service]!}, hold_id => ${held})`),
  );
const wait = (sql: Sql, clinic: Clinic, customer: string, service: string, from: Date, to: Date) =>
  idOf(
    sql,
    customer,
    (tx) => tx`select public.join_waitlist(${clinic.services[service]!}, ${from}, ${to}) ->> 'id' as id`,
  );
const run = (sql: Sql, job: typeof jobs[number]) => codeOf(sql.unsafe(`select appointments.${job}()`));

/** Lets holds that still stand, and their claims, end so many milliseconds from now, as if they had been placed long ago. */
const endIn = (sql: Sql, milliseconds: number) =>
  sql.begin(async (tx) => {
    const [row] = await tx<[{ ids: string[] }]>`
      select array(select id from public.holds where status = 'held' and expires_at > clock_timestamp() order by id) as ids`;
    await tx`select core.lock_stream(i) from unnest(${row.ids}::uuid[]) i`;
    await tx`select calendar.lock_claims(${row.ids}::uuid[])`;
    const until = tx`clock_timestamp() + make_interval(secs => ${milliseconds / 1000})`;
    await tx`update public.holds set expires_at = ${until} 
      where status = 'held' and expires_at > clock_timestamp() and id = any (${row.ids}::uuid[])`;
    await tx`update calendar.claims c set expires_at = h.expires_at from public.holds h where h.id = c.owner_id and h.status = 'held'`;
  });

const race = (name: string, test: (sql: Sql, clinic: Clinic) => Promise<void>): void =>
  nativeTest(name, async (sql) => {
    const clinic = await makeClinic(sql, plan);
    await test(sql, clinic);
    assert.deepEqual(await inconsistencies(sql), []);
  }, clients);

race("a hold that ends while it is booked is booked or given to another, never both", async (sql, clinic) => {
  const [mine, ...others] = clinic.customers as [string, ...string[]];
  const seen = new Set<string>();
  for (let round = 0; round < 40; round++) {
    const service = round % 2 ? "Pair" : "Visit";
    const at = slotAt(3 + (round / 20 | 0), round % 20);
    const held = await hold(sql, clinic, mine, service, at);
    await endIn(sql, round % 8);
    const booking = bookHeld(sql, clinic, mine, service, held);
    const rivals = await Promise.all([
      ...others.slice(0, 12).map((customer) => codeOf(book(sql, clinic, customer, service, at))),
      run(sql, "expire_holds"),
      run(sql, "expire_holds"),
    ]);
    const outcome = await booking;
    const rivalsWon = rivals.slice(0, 12).filter((code) => code === "ok").length;
    assert.ok(rivalsWon + Number(outcome === "ok") <= 1, `${outcome} and ${rivalsWon} others`);
    for (const code of [outcome, ...rivals]) seen.add(code);
  }
  assert.deepEqual([...seen].filter((code) => !["ok", "slot_taken", "hold_expired"].includes(code)), []);
});

race("what is given back at once goes to as many who wait, each once, and to nobody else", async (sql, clinic) => {
  const booked = await Promise.all(
    clinic.customers.slice(0, 20).map(async (customer, slot) => ({
      customer,
      id: await book(sql, clinic, customer, "Visit", slotAt(3, slot)),
    })),
  );
  const waiting = clinic.customers.slice(20, 36);
  for (const customer of waiting) await wait(sql, clinic, customer, "Visit", slotAt(3, 0), slotAt(3, 20));
  const outcomes = await Promise.all([
    ...booked.map(({ customer, id }) => codeOf(as(sql, customer, (tx) => tx`select public.cancel_appointment(${id})`))),
    ...jobs.map((job) => run(sql, job)),
  ]);
  assert.deepEqual([...new Set(outcomes)], ["ok"]);
  const offers = await sql`select waitlist_entry_id, starts_at from public.holds where status = 'held'`;
  assert.equal(offers.length, 16, "all who wait are offered one");
  assert.equal(new Set(offers.map((offer) => `${offer.starts_at}`)).size, 16, "no slot twice");
});

race("first in line is first offered, and nobody books in between", async (sql, clinic) => {
  const [owner, first, second, ...others] = clinic.customers as [string, string, string, ...string[]];
  for (let round = 0; round < 20; round++) {
    const at = slotAt(4, round);
    const id = await book(sql, clinic, owner, "Visit", at);
    const entry = await wait(sql, clinic, first, "Visit", at, new Date(+at + 1));
    await wait(sql, clinic, second, "Visit", at, new Date(+at + 1));
    const [, ...codes] = await Promise.all([
      codeOf(as(sql, owner, (tx) => tx`select public.cancel_appointment(${id})`)),
      ...others.slice(0, 10).map((customer) => codeOf(book(sql, clinic, customer, "Visit", at))),
    ]);
    assert.deepEqual([...new Set(codes)], ["slot_taken"]);
    const offers = await sql`select waitlist_entry_id from public.holds where starts_at = ${at}`;
    assert.deepEqual(offers.map((offer) => offer.waitlist_entry_id), [entry]);
  }
});

race("waiting, offers that end, seats given back and the jobs beside them never deadlock", async (sql, clinic) => {
  const codes = new Map<string, number>();
  const count = (name: string, code: string) => codes.set(`${name} ${code}`, (codes.get(`${name} ${code}`) ?? 0) + 1);
  const services = ["Visit", "Pair", "Class"];
  let stopped = false;
  const upkeep = [...jobs, ...jobs].map(async (job) => {
    while (!stopped) count(job, await run(sql, job));
  });
  const ending = (async () => {
    while (!stopped) await endIn(sql, 20);
  })();
  await Promise.all(
    clinic.customers.slice(0, 24).map(async (customer) => {
      for (let round = 0; round < 30; round++) {
        const at = slotAt(5, Math.floor(Math.random() * 6));
        const service = services[Math.floor(Math.random() * 3)]!;
        let id = "";
        switch (Math.floor(Math.random() * 4)) {
          case 0:
            count("book", await codeOf(book(sql, clinic, customer, service, at).then((made) => id = made)));
            if (id) {
              count(
                "cancel",
                await codeOf(as(sql, customer, (tx) => tx`select public.cancel_appointment(${id})`)),
              );
            }
            break;
          case 1:
            count("hold", await codeOf(hold(sql, clinic, customer, service, at).then((made) => id = made)));
            if (id) count("book hold", await bookHeld(sql, clinic, customer, service, id));
            break;
          case 2:
            count(
              "wait",
              await codeOf(wait(sql, clinic, customer, service, slotAt(5, 0), slotAt(5, 6)).then((made) => id = made)),
            );
            if (id && round % 2) {
              count(
                "leave",
                await codeOf(as(sql, customer, (tx) => tx`select public.leave_waitlist(${id})`)),
              );
            }
            break;
          default: {
            const [mine] = await sql`
            select id, starts_at from public.appointments where customer_id = ${customer} and status = 'booked' limit 1`;
            if (mine) {
              count(
                "move",
                await codeOf(as(sql, customer, (tx) => tx`select public.reschedule_appointment(${mine.id}, ${at})`)),
              );
            }
          }
        }
      }
    }),
  );
  stopped = true;
  await Promise.all([...upkeep, ending]);
  const expected =
    /(ok|slot_taken|session_full|hold_expired|too_many_holds|already_waiting|version_conflict|invalid_transition)$/;
  assert.deepEqual([...codes.keys()].filter((code) => !expected.test(code)), []);
  assert.ok(codes.get("book ok") && codes.get("hold ok") && codes.get("wait ok"), `${[...codes]}`);
  console.log([...codes].map(([code, n]) => `${code} ${n}`).join(", "));
});
