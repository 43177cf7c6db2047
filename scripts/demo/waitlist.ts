import { invoke, listen, signUp } from "./client.ts";
import { freeSlots, middleOf, type Stage } from "./stage.ts";
import { expect, step } from "./steps.ts";

/** Someone waits for a slot that is taken; it is cancelled, offered to them, and theirs. */
export async function waitAndBook(stage: Stage): Promise<void> {
  const { customer, say } = stage;
  const service_id = stage.service("General consultation");
  const slot = middleOf(await freeSlots(customer, service_id));
  const resource_id = slot.resource_ids[0]!;
  const first = await invoke(customer, "POST", "appointments", { service_id, starts_at: slot.starts_at, resource_id });
  expect(first.status === 201, `the first booking was answered ${JSON.stringify(first)}`);

  const patient = await signUp("patient");
  const to_time = new Date(Date.parse(slot.starts_at) + 60_000).toISOString();
  const waiting = await step(
    "a customer waits for what is taken",
    () => invoke(patient, "POST", "waitlist", { service_id, resource_id, from_time: slot.starts_at, to_time }),
    ({ body }) => `${say(slot.starts_at)}, ${body.status}, place ${body.position}`,
  );
  expect(
    waiting.status === 201 && waiting.body.status === "waiting",
    `the wish to wait was answered ${JSON.stringify(waiting)}`,
  );
  const { id } = waiting.body;
  const own = await step(
    "  and joins waitlist_entry:<id>",
    () => listen(patient, `waitlist_entry:${id}`),
    () => "private channel",
  );
  const cancelled = await step(
    "  who had it cancels",
    () => invoke(customer, "DELETE", `appointments/${first.body.id}`, {}),
    ({ body }) => body.status,
  );
  expect(cancelled.status === 200, `the cancellation was answered ${JSON.stringify(cancelled)}`);
  await step(
    "  who waited hears waitlist.offered",
    () => own.hear("waitlist.offered", id),
    (hint) => `version ${hint.version}`,
  );
  const { body: entry } = await step(
    "  reads the offer (GET /waitlist/:id)",
    () => invoke(patient, "GET", `waitlist/${id}`),
    ({ body }) => `${say(body.offer?.starts_at)}, held until ${say(body.offer?.expires_at)}`,
  );
  expect(entry.status === "offered", `the entry was answered ${JSON.stringify(entry)}`);
  const booked = await step(
    "  and books it",
    () => invoke(patient, "POST", "appointments", { service_id, hold_id: entry.offer.id }),
    ({ body }) => `${body.status} ${say(body.starts_at)}`,
  );
  expect(
    booked.status === 201 && Date.parse(booked.body.starts_at) === Date.parse(slot.starts_at),
    `the booking of the offer was answered ${JSON.stringify(booked)}`,
  );
  // Whoever runs the demo again finds the clinic as it was.
  await invoke(patient, "DELETE", `appointments/${booked.body.id}`, {});
}
