import { type Channel, type Client, invoke, listen, signUp } from "./client.ts";
import { freeSlots, middleOf, type Slot, type Stage } from "./stage.ts";
import { expect, step } from "./steps.ts";

/** A customer books and hears of it, another is refused; the booking is moved and cancelled. */
export async function bookMoveAndCancel(stage: Stage): Promise<void> {
  const { customer, say } = stage;
  const service_id = stage.service("General consultation");
  const slots = await step(
    "  and lists next week's free slots",
    () => freeSlots(customer, service_id),
    (all) => `${all.length}, the first ${say(all[0]!.starts_at)}`,
  );
  const slot = middleOf(slots);
  const later = slots[slots.indexOf(slot) + 4]!;
  const { id, own, resource_id } = await bookAndListen(stage, service_id, slot);
  await refuseSecond(stage, { service_id, starts_at: slot.starts_at, resource_id });
  await moveAndCancel(stage, id, own, later);
  const after = await step("list again", () => freeSlots(customer, service_id), (all) => `${all.length} free slots`);
  expect(after.some(({ starts_at }) => starts_at === slot.starts_at), "the cancelled slot is not free again");
}

async function bookAndListen({ customer, bell, say }: Stage, service_id: string, slot: Slot) {
  const resource_id = slot.resource_ids[0]!;
  const booked = await step(
    "book one (POST /appointments)",
    () => invoke(customer, "POST", "appointments", { service_id, starts_at: slot.starts_at, resource_id }),
    ({ body }) =>
      `${body.status} ${say(body.starts_at)} with ${body.resources?.map((r: { name: string }) => r.name).join(", ")}`,
  );
  expect(
    booked.status === 201 && booked.body.status === "booked",
    `the booking was answered ${JSON.stringify(booked)}`,
  );
  const { id } = booked.body;
  await step(
    "  the desk hears of it (Realtime)",
    () => bell.hear("appointment.booked", id),
    (hint) => `version ${hint.version}`,
  );
  const own = await step(
    "  the customer joins appointment:<id>",
    () => listen(customer, `appointment:${id}`),
    () => "private channel",
  );
  return { id, own, resource_id };
}

async function refuseSecond({ say }: Stage, taken: { service_id: string; starts_at: string; resource_id: string }) {
  const second: Client = await step("a second customer signs up", () => signUp("second"), () => "");
  const refused = await step(
    "  and tries the same slot",
    () => invoke(second, "POST", "appointments", taken),
    ({ status, body }) =>
      `${status} ${body.code}: ` +
      (body.conflicts ?? []).map((conflict: Record<string, string>) =>
        `${conflict.resource_name} has an ${conflict.kind} from ${say(conflict.starts_at!)}`
      ).join(", "),
  );
  expect(
    refused.status === 409 && refused.body.code === "slot_taken",
    `the second booking was answered ${JSON.stringify(refused)}`,
  );
  expect(refused.body.conflicts.length > 0, "the refusal does not say what is in the way");
}

async function moveAndCancel({ customer, bell, say }: Stage, id: string, own: Channel, later: Slot) {
  const moved = await step(
    "reschedule (PUT /appointments/:id)",
    () => invoke(customer, "PUT", `appointments/${id}`, { starts_at: later.starts_at }),
    ({ body }) => `now ${say(body.starts_at)}, version ${body.version}`,
  );
  expect(moved.status === 200 && moved.body.id === id, `the move was answered ${JSON.stringify(moved)}`);
  expect(Date.parse(moved.body.starts_at) === Date.parse(later.starts_at), `it moved to ${moved.body.starts_at}`);
  await step(
    "  the customer hears of it",
    () => own.hear("appointment.rescheduled", id),
    (hint) => `version ${hint.version}`,
  );
  const cancelled = await step(
    "cancel (DELETE /appointments/:id)",
    () => invoke(customer, "DELETE", `appointments/${id}`, { reason: "Feeling better" }),
    ({ body }) => `${body.status}: ${body.cancellation_reason}`,
  );
  expect(
    cancelled.status === 200 && cancelled.body.status === "cancelled",
    `the cancellation was answered ${JSON.stringify(cancelled)}`,
  );
  await step(
    "  the desk hears of it",
    () => bell.hear("appointment.cancelled", id),
    (hint) => `version ${hint.version}`,
  );
}
