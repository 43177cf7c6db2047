import { invoke, newClient } from "./client.ts";
import { freeSlots, middleOf, type Stage } from "./stage.ts";
import { expect, step } from "./steps.ts";

/** A visitor without an account holds a slot while they fill in; another is refused it; the first books what is held. */
export async function holdAndBook(stage: Stage): Promise<void> {
  const { say } = stage;
  const service_id = stage.service("Physiotherapy");
  const [visitor, another] = [newClient(), newClient()];
  const { starts_at } = middleOf(await freeSlots(visitor, service_id));
  const held = await step(
    "a visitor holds a slot (POST /holds)",
    () => invoke(visitor, "POST", "holds", { service_id, starts_at }),
    ({ body }) => `${body.status} ${say(body.starts_at)} until ${say(body.expires_at)}`,
  );
  expect(held.status === 201 && held.body.hold_token, `the hold was answered ${JSON.stringify(held)}`);
  const { id: hold_id, hold_token } = held.body;

  const guest = (name: string) => ({ name, email: `${name.toLowerCase()}@example.test` });
  const intake = { area: "Knee", since: "2026-01-15" };
  const refused = await step(
    "  another visitor tries the same slot",
    () => invoke(another, "POST", "appointments", { service_id, starts_at, guest: guest("Eve"), intake }),
    ({ status, body }) =>
      `${status} ${body.code}: ${body.conflicts?.[0]?.resource_name} has a ${body.conflicts?.[0]?.kind}`,
  );
  expect(
    refused.status === 409 && refused.body.code === "slot_taken" && refused.body.conflicts[0].kind === "hold",
    `the other visitor was answered ${JSON.stringify(refused)}`,
  );

  const booked = await step(
    "  the first books it, answering what is asked",
    () => invoke(visitor, "POST", "appointments", { service_id, hold_id, hold_token, guest: guest("Grace"), intake }),
    ({ body }) => `${body.status} ${say(body.starts_at)}: ${JSON.stringify(body.intake)}`,
  );
  expect(
    booked.status === 201 && booked.body.status === "pending" && booked.body.starts_at === held.body.starts_at,
    `the booking of the hold was answered ${JSON.stringify(booked)}`,
  );
  const declined = await step(
    "  the desk declines the request",
    () => invoke(stage.desk, "POST", `appointments/${booked.body.id}/decline`, { reason: "The therapist is ill" }),
    ({ body }) => `${body.status}: ${body.cancellation_reason}`,
  );
  expect(
    declined.status === 200 && declined.body.status === "cancelled",
    `the answer to the request was answered ${JSON.stringify(declined)}`,
  );
}
