import assert from "node:assert/strict";
import { makeClinic, slotAt } from "../../scripts/bench/clinic.ts";
import { as, codeOf, nativeTest, signUp, sleep } from "./server.ts";

nativeTest("who waits for an appointment that is given to a colleague may no longer change it", async (sql) => {
  const clinic = await makeClinic(sql, {
    customers: 1,
    resources: [{ name: "Ann", kind: "staff" }, { name: "Bob", kind: "staff" }],
    services: [{ name: "Consultation", any: ["Ann", "Bob"] }],
  });
  const ann = await signUp(sql, "ann@example.com");
  await sql`insert into public.memberships (organization_id, user_id, role) values (${clinic.organization}, ${ann}, 'staff')`;
  await sql`update public.resources set user_id = ${ann} where id = ${clinic.resources.Ann!}`;
  const [{ id }] = await as(sql, clinic.customers[0]!, (tx) =>
    tx<[{ id: string }]>`
      select public.book_appointment(${clinic.services.Consultation!}, ${slotAt(2, 4)}, ${clinic.resources
      .Ann!}) ->> 'id' as id`);
  const cancel = () => codeOf(as(sql, ann, (tx) => tx`select public.cancel_appointment(${id}, 'mine')`));

  let waiting: Promise<string> | undefined;
  await as(sql, clinic.owner, async (tx) => {
    await tx`select public.reschedule_appointment(${id}, ${slotAt(2, 6)}, ${clinic.resources.Bob!})`;
    waiting = cancel();
    await sleep(300);
  });
  assert.equal(await waiting, "permission_denied");
  const [appointment] = await sql`select status, resource_ids from public.appointments where id = ${id}`;
  assert.deepEqual(appointment, { status: "booked", resource_ids: [clinic.resources.Bob!] });
});
