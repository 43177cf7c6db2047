import { type Channel, type Client, listen, newClient, signIn, signUp, url } from "./client.ts";
import { nextWeek } from "./clock.ts";
import { expect, step } from "./steps.ts";

export interface Slot {
  starts_at: string;
  resource_ids: string[];
}

interface Clinic {
  id: string;
  name: string;
  time_zone: string;
}

/** Where everything happens: the seeded clinic, its desk, and the people of the demo. */
export interface Stage {
  clinic: Clinic;
  /** Id of a service by its name. */
  service(name: string): string;
  desk: Client;
  /** What the desk hears. */
  bell: Channel;
  customer: Client;
  /** An instant in the clinic's time. */
  say(instant?: string): string;
}

async function findClinic(): Promise<Clinic & { services: Map<string, string> }> {
  const anyone = newClient();
  const { data: clinic } = await anyone.from("organizations").select("id, name, time_zone")
    .eq("slug", "riverside-clinic").single();
  expect(clinic, `there is no seeded clinic at ${url}: is the backend running (deno task start)?`);
  const { data: services } = await anyone.from("services").select("id, name").eq("organization_id", clinic.id);
  return { ...clinic, services: new Map(services?.map(({ id, name }) => [name, id])) };
}

/** Finds the clinic, opens its desk and lets a customer in. */
export async function setStage(): Promise<Stage> {
  const { services, ...clinic } = await step(
    "find the clinic",
    findClinic,
    ({ name, services }) => `${name}: ${[...services.keys()].join(", ")}`,
  );
  const desk = await step(
    "the desk signs in",
    () => signIn("scheduler@riverside.test"),
    () => "scheduler@riverside.test",
  );
  const bell = await step(
    "  and joins org:<id>:appointments",
    () => listen(desk, `org:${clinic.id}:appointments`),
    () => "private channel",
  );
  const customer = await step("a customer signs up", () => signUp("customer"), () => "");
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone: clinic.time_zone,
    dateStyle: "medium",
    timeStyle: "short",
  });
  return {
    clinic,
    service(name) {
      const id = services.get(name);
      expect(id, `${clinic.name} does not offer ${name}: is the seed of this version loaded?`);
      return id;
    },
    desk,
    bell,
    customer,
    // An answer that is not what was expected has no times; that it is not is said after its step.
    say: (instant) => instant ? format.format(new Date(instant)) : "at no time",
  };
}

/** The free slots of a service in a week: next week's unless told otherwise. */
export async function freeSlots(client: Client, service_id: string, week = nextWeek()): Promise<Slot[]> {
  const { data, error } = await client.rpc("available_slots", { service_id, ...week });
  expect(!error && data.length > 20, `the slots of that week: ${error?.message ?? `only ${data?.length}`}`);
  return data;
}

/** From the middle of the week: far enough ahead of the notice that a cancellation needs. */
export const middleOf = (slots: readonly Slot[]): Slot => slots[Math.floor(slots.length / 2)]!;
