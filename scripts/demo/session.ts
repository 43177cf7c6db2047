import { type Answer, type Client, invoke, signUp } from "./client.ts";
import { nextWeek } from "./clock.ts";
import type { Stage } from "./stage.ts";
import { expect, step } from "./steps.ts";

/** The desk plans a session of a class; a party and a friend fill it, and who comes late is told. */
export async function fillSession(stage: Stage): Promise<void> {
  const { desk, customer, say } = stage;
  const service_id = stage.service("Back class");
  const starts_at = await freeHour(desk, service_id);
  const planned = await step(
    "the desk plans a class (POST /sessions)",
    () => invoke(desk, "POST", "sessions", { service_id, starts_at }),
    ({ body }) => `${say(body.starts_at)}, ${body.seats_left} seats`,
  );
  expect(planned.status === 201, `the plan was answered ${JSON.stringify(planned)}`);
  const path = `sessions/${planned.body.id}`;
  const join = (client: Client, party_size: number) => invoke(client, "POST", `${path}/join`, { party_size });
  const told = ({ status, body }: Answer) =>
    status === 201 ? `${body.status} for ${body.party_size}` : `${status} ${body.code}`;

  const family = await step("  a customer joins with a party of 4", () => join(customer, 4), told);
  expect(family.status === 201 && family.body.party_size === 4, `the party was answered ${JSON.stringify(family)}`);
  const late: Client = await signUp("late");
  const refused = await step("  three more do not fit", () => join(late, 3), told);
  expect(
    refused.status === 409 && refused.body.code === "session_full",
    `three more were answered ${JSON.stringify(refused)}`,
  );
  const pair = await step("  two do", () => join(late, 2), told);
  expect(pair.status === 201, `two more were answered ${JSON.stringify(pair)}`);
  const { body: session } = await step(
    "  and it is full",
    () => invoke(late, "GET", path),
    ({ body }) => `${body.seats_taken} of ${body.seats} seats taken`,
  );
  expect(session.seats_left === 0, `the class was answered ${JSON.stringify(session)}`);

  const cancelled = await step(
    "  the desk cancels it (DELETE /sessions/:id)",
    () => invoke(desk, "DELETE", path, { reason: "The gym is flooded" }),
    ({ body }) => body.status,
  );
  expect(cancelled.status === 200, `the cancellation was answered ${JSON.stringify(cancelled)}`);
  const { body: own } = await step(
    "  and with it every booking",
    () => invoke(late, "GET", `appointments/${pair.body.id}`),
    ({ body }) => `${body.status}: ${body.cancellation_reason}`,
  );
  expect(own.status === "cancelled", `the booking was answered ${JSON.stringify(own)}`);
}

/** A start of next Wednesday at which there is no class: the clinic may have had visitors before. */
async function freeHour(desk: Client, service_id: string): Promise<string> {
  const { from_time, to_time } = nextWeek();
  const query = `service_id=${service_id}&status=open&from=${from_time}&to=${to_time}&limit=200`;
  const { body } = await invoke(desk, "GET", `sessions?${query}`);
  const taken = new Set(body.items.map(({ starts_at }: { starts_at: string }) => Date.parse(starts_at)));
  const hours = Array.from({ length: 10 }, (_, hour) => Date.parse(from_time) + (2 * 24 + 8 + hour) * 3_600_000);
  const free = hours.find((hour) => !taken.has(hour));
  expect(free, "every hour of next Wednesday has a class");
  return new Date(free).toISOString();
}
