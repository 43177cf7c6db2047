import postgres, { type Sql } from "postgres";
import { claimsOf, type Clinic, type ClinicPlan, slotAt, slotsADay } from "./clinic.ts";

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
    { name: "Scan", any: ["Ann", "Bob"], all: ["Room", "Device"] },
    { name: "Training", all: ["Device"], terms: { buffer_before_minutes: 5 } },
  ],
};

/** Days of two months, so that some moves change the partition. */
const days = [2, 3, 4, 5, 6, 7, 33, 34, 35, 36, 37, 38];

export interface MixedResult {
  /** By command and outcome: `ok`, or the code that a client is told. */
  readonly outcomes: ReadonlyMap<string, number>;
  /** What a client would see as a 5xx, a deadlock or a failed serialization, with the message. */
  readonly failures: readonly string[];
  readonly seconds: number;
}

interface Known {
  readonly id: string;
  readonly customer: string;
}

/** A client is a connection of one user: the desk may do everything, customers what is theirs. */
interface Client {
  readonly sql: Sql;
  readonly user: string;
  readonly desk: boolean;
}

const pick = <T>(from: readonly T[]): T | undefined => from[Math.floor(Math.random() * from.length)];

function connect(url: string, user: string, desk: boolean): Client {
  const connection = { role: "authenticated", "request.jwt.claims": claimsOf(user) };
  return { sql: postgres(url, { max: 1, onnotice: () => {}, connection }), user, desk };
}

/** Books, confirms, moves and cancels at random from many clients at once; half of them staff, half customers. */
export async function mixedLoad(url: string, clinic: Clinic, attempts: number, clients = 32): Promise<MixedResult> {
  const outcomes = new Map<string, number>();
  const failures: string[] = [];
  const known: Known[] = [];
  let left = attempts;
  const pool = Array.from({ length: clients }, (_, n) => {
    const desk = n % 2 === 0;
    return connect(url, desk ? clinic.owner : clinic.customers[(n >> 1) % clinic.customers.length]!, desk);
  });
  const start = performance.now();
  await Promise.all(pool.map(async (client) => {
    while (left-- > 0) {
      const { name, run } = choose(client, clinic, known);
      const outcome = await outcomeOf(run);
      if (outcome.failed) failures.push(`${name}: ${outcome.code}`);
      const key = `${name} ${outcome.code}`;
      outcomes.set(key, (outcomes.get(key) ?? 0) + 1);
    }
  }));
  const seconds = (performance.now() - start) / 1000;
  await Promise.all(pool.map(({ sql }) => sql.end({ timeout: 5 })));
  return { outcomes, failures, seconds };
}

function choose(
  { sql, user, desk }: Client,
  clinic: Clinic,
  known: Known[],
): { name: string; run: () => Promise<unknown> } {
  const dice = Math.random();
  const startsAt = slotAt(pick(days)!, Math.floor(Math.random() * slotsADay));
  const target = pick(desk ? known : known.filter(({ customer }) => customer === user));
  if (!target || dice < 0.4) {
    const customer = desk ? pick(clinic.customers)! : user;
    const service = pick(Object.values(clinic.services))!;
    return {
      name: "book",
      run: async () => {
        const [row] = await sql`
          select public.book_appointment(${service}, ${startsAt}, customer_id => ${customer}) ->> 'id' as id`;
        known.push({ id: row!.id, customer });
        if (known.length > 2_000) known.splice(0, 1_000);
      },
    };
  }
  if (dice < 0.6) {
    return { name: "reschedule", run: () => sql`select public.reschedule_appointment(${target.id}, ${startsAt})` };
  }
  if (dice < 0.75) return { name: "confirm", run: () => sql`select public.confirm_appointment(${target.id})` };
  return { name: "cancel", run: () => sql`select public.cancel_appointment(${target.id}, 'changed my mind')` };
}

/** Answers below 500: refusals that commands raise, and what clients can be told of their data. */
const refusals = /^(PT4\d\d|22...|23505|23514|23P01)$/;

async function outcomeOf(run: () => Promise<unknown>): Promise<{ code: string; failed: boolean }> {
  try {
    await run();
    return { code: "ok", failed: false };
  } catch (error) {
    if (!(error instanceof postgres.PostgresError)) throw error;
    const refused = refusals.test(error.code);
    return refused ? { code: error.message, failed: false } : { code: `${error.code} ${error.message}`, failed: true };
  }
}
