import assert from "node:assert/strict";
import { makeClinic } from "../../scripts/bench/clinic.ts";
import { inconsistencies } from "../../scripts/bench/consistency.ts";
import { mixedClinic, mixedLoad } from "../../scripts/bench/mixed-load.ts";
import { as, nativeTest } from "./server.ts";

nativeTest("20,000 mixed attempts by 32 clients leave the state that the event log tells of", async (sql, url) => {
  const clinic = await makeClinic(sql, mixedClinic);
  const { outcomes, failures, seconds } = await mixedLoad(url, clinic, 20_000);
  assert.deepEqual(failures, []);
  assert.deepEqual(await inconsistencies(sql), []);
  for (
    const expected of [
      "book ok",
      "book slot_taken",
      "confirm ok",
      "decline ok",
      "reschedule ok",
      "cancel ok",
      "hold ok",
      "book held ok",
      "book held hold_expired",
      "release ok",
      "join ok",
      "leave ok",
      "accept ok",
      "cancel session ok",
    ]
  ) {
    assert.ok(outcomes.get(expected), `nothing was proved: no «${expected}» among ${[...outcomes.keys()]}`);
  }
  console.log(
    `20,000 attempts in ${Math.round(seconds)} s: ${[...outcomes].map(([code, n]) => `${code} ${n}`).join(", ")}`,
  );
});

nativeTest("what is inconsistent is found", async (sql) => {
  const clinic = await makeClinic(sql, mixedClinic);
  const at = new Date(Math.ceil(Date.now() / 86_400_000 + 3) * 86_400_000 + 9 * 3_600_000);
  await sql.begin(async (tx) => {
    await tx`select set_config('request.jwt.claims', '{"role": "service_role"}', true)`;
    for (const customer of clinic.customers.slice(0, 3)) {
      await tx`select public.book_appointment(${clinic.services.Training!}, ${at}, customer_id => ${customer})`;
    }
  });
  const [held] = await as(sql, clinic.customers[3]!, async (tx) => {
    await tx`select public.place_hold(${clinic.services.Class!}, ${at}, party_size => 2)`;
    await tx`select public.join_waitlist(${clinic.services.Training!}, ${at}, ${new Date(+at + 7_200_000)})`;
    return await tx<[{ id: string }]>`select public.place_hold(${clinic.services.Visit!}, ${at}) ->> 'id' as id`;
  });
  assert.equal((await sql`select appointments.offer_next() as made`)[0]!.made, 1);
  assert.deepEqual(await inconsistencies(sql), []);

  await sql`update public.group_sessions set seats_taken = 3`;
  await sql`update public.holds set status = 'released' where id = ${held.id}`;
  await sql`delete from calendar.claims where owner_id = ${held.id}`;
  await sql`update public.waitlist_entries set status = 'waiting', hold_id = null`;
  assert.deepEqual(await inconsistencies(sql), [
    "seats taken are not those of who attends: 1",
    "a hold did not end exactly once: 1",
    "an offer is not accounted for: 1",
  ]);

  await sql`update calendar.claims set during = tstzrange(lower(during), upper(during) + interval '1 minute')`;
  await sql`update public.appointments set notes = 'changed', version = 2`;
  await sql`update core.streams set version = 3 where aggregate_type = 'appointment'`;
  await sql`update public.resources set capacity = 2 where name = 'Device'`;
  assert.deepEqual(await inconsistencies(sql), [
    "more appointments at once than seats: 3",
    "claims are not what the live appointments need: 12",
    "seats taken are not those of who attends: 1",
    "a hold did not end exactly once: 1",
    "an offer is not accounted for: 1",
    "the event log replays to another table: 3",
    "versions have gaps: 3",
  ]);
});
