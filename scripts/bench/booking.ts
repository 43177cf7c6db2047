import postgres from "postgres";
import { withFreshDatabase } from "../db/fresh.ts";
import { claimsOf, type ClinicPlan, makeClinic, slotAt, slotsADay } from "./clinic.ts";
import { type Context, type Figure, median, percent, type Row } from "./figure.ts";
import { pgbench } from "./pgbench.ts";

/** Rooms, each with three people: enough slots for every attempt of a run to find its own. */
const rooms = 600;
const days = 80;
const slots = rooms * days * slotsADay;

const bars = [{ clients: 8, bar: 0.4 }, { clients: 32, bar: 0.22 }];
/** The last is no booking but a yardstick too: what the same writes cost without a single check. */
const kinds = {
  chosen: "booking (staff and room)",
  any: "booking (any of three staff, and a room)",
  writes: "the writes of a booking alone",
} as const;
type Kind = keyof typeof kinds;
const allKinds = Object.keys(kinds) as Kind[];

function plan(): ClinicPlan {
  const of = (room: number) => [1, 2, 3].map((n) => `Person ${room}.${n}`);
  const every = Array.from({ length: rooms }, (_, room) => room);
  return {
    customers: 1,
    resources: every.flatMap((room) => [
      { name: `Room ${room}`, kind: "room" as const },
      ...of(room).map((name) => ({ name, kind: "staff" as const })),
    ]),
    services: every.flatMap((room) => [
      { name: `chosen ${room}`, all: [of(room)[0]!, `Room ${room}`] },
      { name: `any ${room}`, any: of(room), all: [`Room ${room}`] },
    ]),
  };
}

/** The yardstick: one row, one index, one commit. */
const bareInsert = `
insert into bench.plain (organization_id, customer_id, starts_at, data)
values ('00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002', now(),
  '{"appointment": "00000000-0000-4000-8000-000000000003", "customer": "00000000-0000-4000-8000-000000000002"}');
`;

const commands: Record<Kind, string> = {
  chosen: "public.book_appointment(s.id, to_timestamp(:at::bigint))",
  any: "public.book_appointment(s.id, to_timestamp(:at::bigint))",
  writes: "bench.write_booking(s.id, to_timestamp(:at::bigint), s.resource_ids)",
};

/** Each attempt has a slot of its own, and they are spread over rooms and days as if at random. */
const bookSlot = (kind: Kind): string => `
\\set n :n + 1
\\set place ((:n * :clients + :client_id + :offset) * 7919) % ${slots}
\\set room :place % ${rooms}
\\set slot (:place / ${rooms}) % ${slotsADay}
\\set day :place / ${rooms * slotsADay}
\\set at :opening + :day * 86400 + :slot * 1800
select ${commands[kind]} from bench.services s where s.kind = '${kind}' and s.room = :room;
`;

const prepare = `
  create schema bench;
  create table bench.plain (id bigint generated always as identity primary key, organization_id uuid not null,
    customer_id uuid not null, starts_at timestamptz not null, data jsonb not null);
  create table bench.services (kind text, room integer, id uuid not null, resource_ids uuid[], primary key (kind, room));
  insert into bench.services select split_part(name, ' ', 1), split_part(name, ' ', 2)::integer, id from public.services;
  insert into bench.services
  select 'writes', s.room, s.id, array(select m.resource_id from public.service_group_members m where m.service_id = s.id)
  from bench.services s where s.kind = 'chosen';
  grant usage on schema bench to authenticated;
  grant select on bench.services to authenticated;
  analyze public.services, public.resources, public.weekly_hours, bench.services;`;

async function measure({ pgbench: command, quick }: Context): Promise<Row[]> {
  if (!command) return [{ figure: "booking", measured: "skipped: needs pgbench, of PostgreSQL's client programs" }];
  const [rounds, seconds] = quick ? [1, 2] : [5, 4];
  return await withFreshDatabase(async (url) => {
    const sql = postgres(url, { max: 1, onnotice: () => {} });
    const customer = await makeClinic(sql, plan()).then(({ customers }) => customers[0]!);
    await sql.unsafe(prepare);
    await sql.unsafe(await Deno.readTextFile(new URL("writes.sql", import.meta.url)));
    await sql.end();
    const settings = {
      role: "authenticated",
      "request.jwt.claims": claimsOf(customer),
      "request.headers":
        '{"x-request-id":"0192f0a0-0000-7000-8000-000000000001","x-forwarded-for":"203.0.113.9","user-agent":"bench"}',
    };
    const opening = slotAt(2, 0).getTime() / 1000;
    const runs = rounds * bars.length;
    const measured = new Map<string, { bare: number; booked: number }[]>();
    for (let run = 0; run < runs; run++) {
      const { clients } = bars[run % bars.length]!;
      for (const [place, kind] of allKinds.entries()) {
        const bare = await pgbench(command, url, { script: bareInsert, clients, seconds });
        const offset = Math.floor(slots / runs / allKinds.length) * (run * allKinds.length + place);
        const variables = { n: 0, offset, opening };
        const booked = await pgbench(command, url, { script: bookSlot(kind), clients, seconds, variables, settings });
        const key = `${kind} ${clients}`;
        measured.set(key, [...measured.get(key) ?? [], { bare, booked }]);
      }
    }
    return allKinds.flatMap((kind) =>
      bars.map(({ clients, bar }) => row(kind, clients, bar, measured.get(`${kind} ${clients}`)!))
    );
  });
}

function row(kind: Kind, clients: number, bar: number, rounds: readonly { bare: number; booked: number }[]): Row {
  const share = median(rounds.map(({ bare, booked }) => booked / bare));
  const rate = (of: "bare" | "booked") => Math.round(median(rounds.map((round) => round[of])));
  return {
    figure: `${kinds[kind]}, of the rate of bare inserts, ${clients} clients`,
    measured: `${percent(share)} (${rate("booked")} of ${rate("bare")} a second)`,
    ...kind !== "writes" && { bar: `>= ${percent(bar)}`, met: share >= bar },
  };
}

export const booking: Figure = { name: "booking", about: "public.book_appointment beside bare inserts", run: measure };
