import assert from "node:assert/strict";
import { answerOf } from "../../shared/db/answer.ts";
import { type AnyEvent, parseEvent } from "../../shared/events/catalog.ts";
import { drain, type Handlers } from "../../shared/jobs/worker.ts";
import { asUser, book, call, clientFor, newClinic, newService, newUser, stack } from "./fixture.ts";

const clinic = await newClinic();
const customer = await newUser();
const worker = clientFor(stack.jobsKey);

/** A service of its own, so that nobody else's bookings are counted. */
const service = () => newService(clinic.owner, clinic.organizationId, clinic.resourceId, {});

async function countsOf(serviceId: string) {
  const days = await answerOf(
    clinic.owner.client.from("appointment_days").select("booked, cancelled").eq("service_id", serviceId),
  );
  const sum = (field: "booked" | "cancelled") => days.reduce((total, day) => total + day[field], 0);
  return { booked: sum("booked"), cancelled: sum("cancelled") };
}

/** Nobody but the pump acts meanwhile: cron makes events jobs each second and calls the function. */
async function eventually(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (const until = Date.now() + 20_000; !await holds();) {
    assert.ok(Date.now() < until, `${what} did not happen`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

Deno.test("a booking is counted on its day, a cancellation too", async () => {
  const serviceId = await service();
  const { id } = await book(customer, serviceId);
  await eventually("the count of the booking", async () => (await countsOf(serviceId)).booked === 1);
  await call("DELETE", `/appointments/${id}`, asUser(customer));
  await eventually("the count of the cancellation", async () => (await countsOf(serviceId)).cancelled === 1);
  assert.deepEqual(await countsOf(serviceId), { booked: 0, cancelled: 1 });
});

/** Books until a worker of ours, and not the pump's, gets a job; runs it with this handler. */
async function workOneJob(serviceId: string, handler: Handlers[string], leaseSeconds = 60) {
  const handlers = { refresh_day: handler };
  const options = { client: worker, queue: "appointments", handlers, jobs: 1, batch: 1, leaseSeconds };
  let bookings = 0;
  for (const until = Date.now() + 20_000; Date.now() < until;) {
    await book(customer, serviceId);
    bookings += 1;
    for (const patience = Date.now() + 1_500; Date.now() < patience;) {
      const report = await drain(options);
      if (report.completed + report.failed > 0) return { report, bookings };
    }
  }
  throw new Error("the pump's worker was faster each time");
}

Deno.test("a job that fails comes back and is done then", async () => {
  const serviceId = await service();
  let event: AnyEvent | undefined;
  const { report, bookings } = await workOneJob(serviceId, ({ payload }) => {
    event = parseEvent(payload);
    return Promise.reject(new Error("the disk is on fire"));
  });
  assert.deepEqual(report, { completed: 0, failed: 1, more: true });
  assert.ok(event);
  await eventually("the second attempt", async () => (await countsOf(serviceId)).booked === bookings);
});

Deno.test("a worker that lost its lease leaves the job to the one that has it", async () => {
  const { report } = await workOneJob(await service(), async ({ id, lease_token }) => {
    await assert.rejects(answerOf(worker.rpc("complete_job", { id, lease_token: crypto.randomUUID() })), /lease_lost/);
    await answerOf(worker.rpc("complete_job", { id, lease_token }));
  });
  assert.deepEqual(report, { completed: 0, failed: 1, more: true });
});

Deno.test("a job that takes longer than its lease keeps it", async () => {
  // Every second the pump looks for abandoned jobs, and its worker would finish this one first.
  const work = () => new Promise<void>((resolve) => setTimeout(resolve, 5_000));
  const { report } = await workOneJob(await service(), work, 2);
  assert.deepEqual(report, { completed: 1, failed: 0, more: true });
});
