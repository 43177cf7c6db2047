import assert from "node:assert/strict";
import type { Sql } from "postgres";
import { as, codeOf, nativeTest, signUp } from "./server.ts";

interface Place {
  organization: string;
  owner: string;
  service: string;
  staff: readonly string[];
}

async function openPlace(sql: Sql): Promise<Place> {
  const owner = await signUp(sql, "owner@example.test");
  return await as(sql, owner, async (tx) => {
    const idOf = async (query: PromiseLike<readonly unknown[]>) =>
      ((await query)[0] as { made: { id: string } }).made.id;
    const organization = await idOf(tx`select public.create_organization('Clinic', 'clinic', 'clinic', 'UTC') as made`);
    const staff: string[] = [];
    for (const name of ["Ann", "Bob"]) {
      staff.push(await idOf(tx`select public.create_resource(${organization}, 'staff', ${name}, 'UTC') as made`));
    }
    const terms = { name: "Visit", duration_minutes: 30, slot_interval_minutes: 30 };
    const service = await idOf(tx`select public.create_service(${organization}, ${tx.json(terms)}) as made`);
    const groups = [{ name: "who", rule: "all", resource_ids: staff }];
    await tx`select public.set_service_groups(${service}, ${tx.json(groups)})`;
    return { organization, owner, service, staff };
  });
}

const line = (n: number, { service }: Place, customer: string) => ({
  external_id: `old-${n}`,
  service_id: service,
  starts_at: new Date(Date.now() - 48 * 3_600_000 + n * 1_800_000).toISOString(),
  status: "fulfilled",
  customer_id: customer,
});

interface Report {
  imported: number;
  repeated: number;
  failed: number;
  results: { appointment_id: string }[];
}

const importAll = (sql: Sql, place: Place, lines: readonly ReturnType<typeof line>[]) =>
  as(sql, place.owner, async (tx) => {
    const [row] = await tx`select public.import_appointments(${place.organization}, ${tx.json(lines)}) as report`;
    return row!.report as Report;
  });

nativeTest("the same rows imported by many at once are booked once", async (sql) => {
  const place = await openPlace(sql);
  const customer = await signUp(sql, "customer@example.test");
  const lines = Array.from({ length: 60 }, (_, n) => line(n, place, customer));
  const reports = await Promise.all(
    Array.from({ length: 8 }, (_, n) => importAll(sql, place, n % 2 ? lines : lines.toReversed())),
  );
  const sum = (key: "imported" | "repeated" | "failed") => reports.reduce((total, report) => total + report[key], 0);
  assert.deepEqual([sum("imported"), sum("repeated"), sum("failed")], [60, 420, 0]);
  const [{ count }] = await sql`select count(*)::int from public.appointments` as unknown as [{ count: number }];
  assert.equal(count, 60);
});

nativeTest("ratings at the same time: one an appointment, each in the sums once", async (sql) => {
  const place = await openPlace(sql);
  const customer = await signUp(sql, "customer@example.test");
  const { results } = await importAll(sql, place, Array.from({ length: 40 }, (_, n) => line(n, place, customer)));
  const tries = results.flatMap(({ appointment_id }, n) =>
    [1, 2, 3].map(() =>
      codeOf(as(sql, customer, (tx) => tx`select public.leave_feedback(${appointment_id}, ${1 + n % 5})`))
    )
  );
  const outcomes = await Promise.all(tries);
  assert.equal(outcomes.filter((code) => code === "ok").length, 40);
  assert.equal(outcomes.filter((code) => code === "feedback_given").length, 80);
  const sums = await sql`select subject_type, ratings, mean::float8, stars from public.feedback_summaries order by 1`;
  const expected = { ratings: 40, mean: 3, stars: [8, 8, 8, 8, 8] };
  assert.deepEqual([...sums].map((row) => ({ ...row })), [
    { subject_type: "resource", ...expected },
    { subject_type: "resource", ...expected },
    { subject_type: "service", ...expected },
  ]);
});

nativeTest("an appointment that is taken back while it is rated is not rated, or was before", async (sql) => {
  const place = await openPlace(sql);
  const customer = await signUp(sql, "customer@example.test");
  const { results } = await importAll(sql, place, Array.from({ length: 30 }, (_, n) => line(n, place, customer)));
  await Promise.all(results.flatMap(({ appointment_id }) => [
    codeOf(as(sql, customer, (tx) => tx`select public.leave_feedback(${appointment_id}, 5)`)),
    codeOf(as(sql, place.owner, (tx) => tx`select public.mark_entered_in_error(${appointment_id})`)),
  ]));
  const late = await sql`
    select f.id from public.feedback f
    join core.events given on given.aggregate_id = f.id and given.type = 'feedback.given'
    join core.events undone on undone.aggregate_id = f.appointment_id and undone.type = 'appointment.entered_in_error'
    where undone.position < given.position`;
  assert.equal(late.length, 0);
});
