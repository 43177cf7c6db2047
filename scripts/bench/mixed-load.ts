import postgres, { type Sql } from "postgres";
import { claimsOf, type Clinic, type ClinicPlan } from "./clinic.ts";
import { choose, type Client, type Memory } from "./mixed-commands.ts";
import { applicationName, type Beside, killer, outcomeOf, timePasses, upkeep } from "./mixed-upkeep.ts";

/** Few resources for many clients: three people, two rooms, and a device for three at once. */
export const mixedClinic: ClinicPlan = {
  customers: 16,
  resources: [
    { name: "Ann", kind: "staff" },
    { name: "Bob", kind: "staff" },
    { name: "Cleo", kind: "staff" },
    { name: "Room", kind: "room" },
    { name: "Device", kind: "equipment", capacity: 3 },
  ],
  services: [
    { name: "Visit", any: ["Ann", "Bob", "Cleo"], terms: { requires_approval: true, buffer_after_minutes: 10 } },
    { name: "Scan", any: ["Ann", "Bob"], all: ["Room", "Device"], terms: { hold_minutes: 1, offer_minutes: 1 } },
    { name: "Training", all: ["Device"], terms: { buffer_before_minutes: 5 } },
    { name: "Class", any: ["Bob", "Cleo"], all: ["Room"], terms: { seats: 6, maximum_party: 3 } },
  ],
};

export interface MixedResult {
  /** By command and outcome: `ok`, the code that a client is told, or `killed`. */
  readonly outcomes: ReadonlyMap<string, number>;
  /** What a client would see as a 5xx, a deadlock or a failed serialization, with the message. */
  readonly failures: readonly string[];
  readonly seconds: number;
}

/** A client, and the promise that fails when its connection dies: what was asked of it then is never answered. */
function connect(url: string, user: string, desk: boolean): { client: Client; died: Promise<never> } {
  const { promise: died, reject } = Promise.withResolvers<never>();
  died.catch(() => {});
  const sql = postgres(url, {
    max: 1,
    onnotice: () => {},
    onclose: () => reject(Object.assign(new Error("killed"), { code: "CONNECTION_CLOSED" })),
    connection: { application_name: applicationName, role: "authenticated", "request.jwt.claims": claimsOf(user) },
  });
  return { client: { sql, user, desk }, died };
}

/**
 * Everything that clients do, at random from many of them at once, half of them staff, half customers; beside the jobs,
 * with time that passes faster, and connections that die.
 */
export async function mixedLoad(url: string, clinic: Clinic, attempts: number, clients = 32): Promise<MixedResult> {
  const outcomes = new Map<string, number>();
  const failures: string[] = [];
  const memory: Memory = { appointments: [], holds: [], entries: [], series: [] };
  let left = attempts;
  const report = async (name: string, run: () => Promise<unknown>) => {
    const outcome = await outcomeOf(run);
    if (outcome.failed) failures.push(`${name}: ${outcome.code}`);
    const key = `${name} ${outcome.code}`;
    outcomes.set(key, (outcomes.get(key) ?? 0) + 1);
    return outcome.code;
  };
  const start = performance.now();
  const background = beside(url, () => left <= 0, [
    ...(["expire_holds", "lapse_requests", "offer_next", "expire_holds"] as const).map((job) => upkeep(job, report)),
    timePasses(report),
    killer,
  ]);
  await Promise.all(Array.from({ length: clients }, async (_, n) => {
    const user = n % 2 ? clinic.customers[(n >> 1) % clinic.customers.length]! : clinic.owner;
    let connected = connect(url, user, n % 2 === 0);
    while (left-- > 0) {
      const { client, died } = connected;
      const { name, run } = choose(client, clinic, memory);
      if (await report(name, () => Promise.race([run(), died])) === "killed") {
        await client.sql.end({ timeout: 0 });
        connected = connect(url, user, n % 2 === 0);
      }
    }
    await connected.client.sql.end({ timeout: 5 });
  }));
  const seconds = (performance.now() - start) / 1000;
  await background;
  return { outcomes, failures, seconds };
}

async function beside(url: string, stopped: () => boolean, all: readonly Beside[]): Promise<void> {
  await Promise.all(all.map(async (run) => {
    const sql: Sql = postgres(url, { max: 1, onnotice: () => {} });
    await run(sql, stopped);
    await sql.end({ timeout: 5 });
  }));
}
