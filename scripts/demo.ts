/**
 * `deno task demo`: real use of a running backend with the unmodified supabase-js, over HTTP and WebSocket. Exits with 1
 * when anything differs from what it expects. ALMANAC_URL and ALMANAC_PUBLISHABLE_KEY name another backend.
 */
import { type Channel, type Client, invoke, listen, newClient, signIn, signUp, url } from "./demo/client.ts";
import { expect, step, Unexpected } from "./demo/steps.ts";

interface Slot {
  starts_at: string;
  resource_ids: string[];
}

interface Clinic {
  id: string;
  name: string;
  time_zone: string;
  serviceId: string;
}

const serviceName = "General consultation";

async function findClinic(): Promise<Clinic> {
  const anyone = newClient();
  const { data: clinic } = await anyone.from("organizations").select("id, name, time_zone").eq(
    "slug",
    "riverside-clinic",
  ).single();
  expect(clinic, `there is no seeded clinic at ${url}: is the backend running (deno task start)?`);
  const { data: service } = await anyone.from("services").select("id").eq("organization_id", clinic.id).eq(
    "name",
    serviceName,
  ).single();
  expect(service, `${clinic.name} does not offer ${serviceName}`);
  return { ...clinic, serviceId: service.id };
}

/** Monday to Monday, in UTC: a listing's range need not follow anyone's calendar. */
function nextWeek(): { from_time: string; to_time: string } {
  const monday = new Date();
  monday.setUTCHours(0, 0, 0, 0);
  monday.setUTCDate(monday.getUTCDate() + (8 - (monday.getUTCDay() || 7)));
  return { from_time: monday.toISOString(), to_time: new Date(monday.getTime() + 7 * 86_400_000).toISOString() };
}

async function freeSlots(client: Client, service_id: string): Promise<Slot[]> {
  const { data, error } = await client.rpc("available_slots", { service_id, ...nextWeek() });
  expect(!error && data.length > 20, `next week's slots: ${error?.message ?? `only ${data?.length}`}`);
  return data;
}

async function bookAndHear(
  clinic: Clinic,
  customer: Client,
  desk: Channel,
  slot: Slot,
  say: (instant: string) => string,
) {
  const since = Date.now() - 1_000;
  const booked = await step(
    "book one (POST /appointments)",
    () =>
      invoke(customer, "POST", "", {
        service_id: clinic.serviceId,
        starts_at: slot.starts_at,
        resource_id: slot.resource_ids[0],
      }),
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
    () => desk.hear("appointment.booked", id),
    (hint) => `version ${hint.version}`,
  );
  const own = await step(
    "  the customer joins appointment:<id>",
    () => listen(customer, `appointment:${id}`, since),
    () => "private channel",
  );
  await step(
    "  and hears the confirmation",
    () => own.hear("appointment.booked", id),
    (hint) => `version ${hint.version}`,
  );
  return { id, own, resourceId: slot.resource_ids[0] };
}

async function refuseSecond(
  clinic: Clinic,
  slot: Slot,
  resource_id: string | undefined,
  say: (instant: string) => string,
) {
  const second = await step("a second customer signs up", () => signUp("second"), () => "");
  const refused = await step(
    "  and tries the same slot",
    () => invoke(second, "POST", "", { service_id: clinic.serviceId, starts_at: slot.starts_at, resource_id }),
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
  await second.removeAllChannels();
}

async function moveAndCancel(
  customer: Client,
  id: string,
  own: Channel,
  desk: Channel,
  later: Slot,
  say: (instant: string) => string,
) {
  const moved = await step(
    "reschedule (PUT /appointments/:id)",
    () => invoke(customer, "PUT", id, { starts_at: later.starts_at }),
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
    () => invoke(customer, "DELETE", id, { reason: "Feeling better" }),
    ({ body }) => `${body.status}: ${body.cancellation_reason}`,
  );
  expect(
    cancelled.status === 200 && cancelled.body.status === "cancelled",
    `the cancellation was answered ${JSON.stringify(cancelled)}`,
  );
  await step(
    "  the desk hears of it",
    () => desk.hear("appointment.cancelled", id),
    (hint) => `version ${hint.version}`,
  );
}

async function main(): Promise<void> {
  console.log(`Almanac demo against ${url}\n`);
  const clinic = await step("find the clinic", findClinic, ({ name }) => `${name}: ${serviceName}`);
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone: clinic.time_zone,
    dateStyle: "medium",
    timeStyle: "short",
  });
  // An answer that is not what was expected has no times; that it is not is said after its step.
  const say = (instant?: string) => instant ? format.format(new Date(instant)) : "at no time";

  const scheduler = await step(
    "the desk signs in",
    () => signIn("scheduler@riverside.test"),
    () => "scheduler@riverside.test",
  );
  const desk = await step(
    "  and joins org:<id>:appointments",
    () => listen(scheduler, `org:${clinic.id}:appointments`),
    () => "private channel",
  );
  const customer = await step("a customer signs up", () => signUp("customer"), () => "");
  const slots = await step(
    "  and lists next week's free slots",
    () => freeSlots(customer, clinic.serviceId),
    (all) => `${all.length}, the first ${say(all[0]!.starts_at)}`,
  );

  // From the middle of the week: far enough ahead of the notice that a cancellation needs.
  const [slot, later] = [slots[Math.floor(slots.length / 2)]!, slots[Math.floor(slots.length / 2) + 4]!];
  const { id, own, resourceId } = await bookAndHear(clinic, customer, desk, slot, say);
  await refuseSecond(clinic, slot, resourceId, say);
  await moveAndCancel(customer, id, own, desk, later, say);
  const after = await step(
    "list again",
    () => freeSlots(customer, clinic.serviceId),
    (all) => `${all.length} free slots`,
  );
  expect(after.some(({ starts_at }) => starts_at === slot.starts_at), "the cancelled slot is not free again");
  console.log("\nAll as expected.");
}

try {
  await main();
  Deno.exit(0);
} catch (error) {
  console.error(error instanceof Unexpected ? `\nFAILED: ${error.message}` : error);
  Deno.exit(1);
}
