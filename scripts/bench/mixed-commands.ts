import type { Sql } from "postgres";
import { type Clinic, slotAt, slotsADay } from "./clinic.ts";

/** Days of two months, so that some moves change the partition. */
const days = [2, 3, 4, 5, 6, 7, 33, 34, 35, 36, 37, 38];

/** A client is a connection of one user: the desk may do everything, customers what is theirs. */
export interface Client {
  readonly sql: Sql;
  readonly user: string;
  readonly desk: boolean;
}

interface Known {
  readonly id: string;
  readonly customer: string;
  readonly service: string;
}

/** What the clients have made so far, as far as they remember. */
export interface Memory {
  readonly appointments: Known[];
  readonly holds: Known[];
  readonly entries: Known[];
  readonly series: Known[];
}

export interface Command {
  readonly name: string;
  run(): Promise<unknown>;
}

export const pick = <T>(from: readonly T[]): T | undefined => from[Math.floor(Math.random() * from.length)];
const someStart = (): Date => slotAt(pick(days)!, Math.floor(Math.random() * slotsADay));

function remember(list: Known[], known: Known): void {
  list.push(known);
  if (list.length > 2_000) list.splice(0, 1_000);
}

/** The commands of a load, each as often as its weight. */
const commands: readonly [weight: number, make: (client: Client, clinic: Clinic, memory: Memory) => Command][] = [
  [24, book],
  [12, hold],
  [9, (client, _, memory) => bookHeld(client, memory)],
  [4, (client, _, memory) => release(client, memory)],
  [13, (client, _, memory) => onAppointment(client, memory, "reschedule")],
  [9, (client, _, memory) => onAppointment(client, memory, "confirm")],
  [3, (client, _, memory) => onAppointment(client, memory, "decline")],
  [14, (client, _, memory) => onAppointment(client, memory, "cancel")],
  [5, join],
  [2, (client, _, memory) => leave(client, memory)],
  [4, (client) => accept(client)],
  [1, session],
  [2, bookSeries],
  [2, (client, _, memory) => onSeries(client, memory)],
];
const total = commands.reduce((sum, [weight]) => sum + weight, 0);

/** Any command, on anything that is known. */
export function choose(client: Client, clinic: Clinic, memory: Memory): Command {
  let dice = Math.random() * total;
  const [, make] = commands.find(([weight]) => (dice -= weight) < 0)!;
  return make(client, clinic, memory);
}

/** For whom, which service, and how many come. */
function wish({ user, desk }: Client, clinic: Clinic): { customer: string; service: string; party: number } {
  const name = pick(Object.keys(clinic.services))!;
  return {
    customer: desk ? pick(clinic.customers)! : user,
    service: clinic.services[name]!,
    party: name === "Class" ? 1 + Math.floor(Math.random() * 3) : 1,
  };
}

const own = (list: readonly Known[], { user, desk }: Client): Known | undefined =>
  pick(desk ? list : list.filter(({ customer }) => customer === user));

/** What names nothing that exists: refused, and a command all the same. */
const nobody: Known = { id: crypto.randomUUID(), customer: crypto.randomUUID(), service: crypto.randomUUID() };

function book(client: Client, clinic: Clinic, memory: Memory): Command {
  const { customer, service, party } = wish(client, clinic);
  return {
    name: "book",
    run: async () => {
      const [row] = await client.sql`
        select public.book_appointment(${service}, ${someStart()}, customer_id => ${customer}, party_size => ${party}) ->> 'id' as id`;
      remember(memory.appointments, { id: row!.id, customer, service });
    },
  };
}

function hold(client: Client, clinic: Clinic, memory: Memory): Command {
  const { service, party } = wish(client, clinic);
  return {
    name: "hold",
    run: async () => {
      const [row] = await client.sql`
        select public.place_hold(${service}, ${someStart()}, party_size => ${party}) ->> 'id' as id`;
      remember(memory.holds, { id: row!.id, customer: client.user, service });
    },
  };
}

async function bookFrom({ sql, user, desk }: Client, held: Known, memory?: Memory): Promise<void> {
  const [row] = await sql`
    select public.book_appointment(${held.service}, hold_id => ${held.id}, customer_id => ${
    desk ? held.customer : user
  }) ->> 'id' as id`;
  if (memory) remember(memory.appointments, { ...held, id: row!.id });
}

function bookHeld(client: Client, memory: Memory): Command {
  const held = own(memory.holds.slice(-40), client) ?? nobody;
  return { name: "book held", run: () => bookFrom(client, held, memory) };
}

function release(client: Client, memory: Memory): Command {
  const { id } = own(memory.holds.slice(-40), client) ?? nobody;
  return { name: "release", run: () => client.sql`select public.release_hold(${id})` };
}

function onAppointment(
  client: Client,
  memory: Memory,
  name: "reschedule" | "confirm" | "decline" | "cancel",
): Command {
  const { sql } = client;
  const { id } = own(memory.appointments, client) ?? nobody;
  const run = {
    reschedule: () => sql`select public.reschedule_appointment(${id}, ${someStart()})`,
    confirm: () => sql`select public.confirm_appointment(${id})`,
    decline: () => sql`select public.decline_appointment(${id}, 'no')`,
    cancel: () => sql`select public.cancel_appointment(${id}, 'changed my mind')`,
  };
  return { name, run: run[name] };
}

function join(client: Client, clinic: Clinic, memory: Memory): Command {
  const { customer, service, party } = wish(client, clinic);
  const from = someStart();
  return {
    name: "join",
    run: async () => {
      const [row] = await client.sql`
        select public.join_waitlist(${service}, ${from}, ${new Date(+from + 4 * 3_600_000)}, customer_id => ${customer},
          party_size => ${party}) ->> 'id' as id`;
      remember(memory.entries, { id: row!.id, customer, service });
    },
  };
}

function leave(client: Client, memory: Memory): Command {
  const { id } = own(memory.entries, client) ?? nobody;
  return { name: "leave", run: () => client.sql`select public.leave_waitlist(${id})` };
}

function accept(client: Client): Command {
  return {
    name: "accept",
    run: async () => {
      const [offer] = await client.sql<Known[]>`
        select id, customer_id as customer, service_id as service from public.holds
        where status = 'held' and waitlist_entry_id is not null order by random() limit 1`;
      await bookFrom(client, offer ?? nobody);
    },
  };
}

function session(client: Client, clinic: Clinic): Command {
  const { sql } = client;
  if (Math.random() < 0.6) {
    return { name: "plan", run: () => sql`select public.plan_session(${clinic.services.Class!}, ${someStart()})` };
  }
  return {
    name: "cancel session",
    run: async () => {
      const [row] = await sql`select id from public.group_sessions where status = 'open' order by random() limit 1`;
      await sql`select public.cancel_session(${row?.id ?? nobody.id}, 'ill')`;
    },
  };
}

const week = 7 * 86_400_000;

/** Two to four weeks in a row; what is taken refuses the series, or is skipped. */
function bookSeries(client: Client, clinic: Clinic, memory: Memory): Command {
  const { customer, service, party } = wish(client, clinic);
  const first = someStart();
  const count = 2 + Math.floor(Math.random() * 3);
  const starts = Array.from({ length: count }, (_, n) => new Date(+first + n * week).toISOString());
  return {
    name: "series",
    run: async () => {
      const [row] = await client.sql`
        select public.book_series(${service}, ${`FREQ=WEEKLY;COUNT=${count}`}, 'UTC', ${starts}::timestamptz[], customer_id => ${customer},
          party_size => ${party}, on_conflict => ${pick(["refuse", "skip"])!}) ->> 'id' as id`;
      remember(memory.series, { id: row!.id, customer, service });
    },
  };
}

/** Moves all of a series by an hour or a week, onto itself, or cancels it. */
function onSeries(client: Client, memory: Memory): Command {
  const { sql } = client;
  const { id } = own(memory.series, client) ?? nobody;
  if (Math.random() < 0.4) {
    return {
      name: "cancel series",
      run: () => sql`select public.cancel_series(${id}, reason => 'ill')`,
    };
  }
  return {
    name: "move series",
    run: async () => {
      const [first] = await sql`
        select id, starts_at from public.appointments where series_id = ${id} and status in ('pending', 'booked') order by starts_at limit 1`;
      const to = new Date(+(first?.starts_at ?? someStart()) + pick([week, -week, 3_600_000])!);
      await sql`select public.change_series(${id}, 'all', ${sql.json({ starts_at: to.toISOString() })}, ${
        first?.id ?? nobody.id
      }, on_conflict => ${pick(["refuse", "skip"])!})`;
    },
  };
}
