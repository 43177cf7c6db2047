import assert from "node:assert/strict";
import type { Sql } from "postgres";
import { type Clinic, makeClinic } from "../../scripts/bench/clinic.ts";
import { quantile } from "../../scripts/bench/figure.ts";
import { type Line, makeLine } from "../../scripts/bench/lines.ts";
import { as, codeOf, nativeTest } from "./server.ts";

const clients = 64;
const counters = 16;

const join = (sql: Sql, owner: string, { queue }: Line) =>
  as(sql, owner, async (tx) => {
    const [row] = await tx<[{ id: string }]>`select public.join_queue(${queue}) ->> 'id' as id`;
    return row.id;
  });

const act = (sql: Sql, owner: string, command: string, ticket: string) =>
  as(sql, owner, (tx) => tx`select ${tx.unsafe(`public.${command}`)}(${ticket})`);

/** Calls the next to a counter; the id of who came, null when nobody is left, or why not. */
async function callNext(sql: Sql, owner: string, { queue }: Line, counter: string): Promise<string | null> {
  let ticket: string | null = null;
  const code = await codeOf(as(sql, owner, async (tx) => {
    const [row] = await tx<
      [{ id: string | null }]
    >`select public.call_next(${queue}, ${counter}) #>> '{ticket,id}' as id`;
    ticket = row.id;
  }));
  return code === "ok" ? ticket : code;
}

const isTicket = (answer: string | null): answer is string => answer !== null && answer.length === 36;

async function withLine(sql: Sql, run: (clinic: Clinic, line: Line) => Promise<void>): Promise<void> {
  const clinic = await makeClinic(sql, { customers: 0, resources: [], services: [] });
  await run(clinic, await makeLine(sql, clinic, counters));
}

nativeTest(
  "64 who call at 16 counters at once call 16 tickets, the first in line, each once",
  (sql) =>
    withLine(sql, async ({ owner }, line) => {
      const tickets: string[] = [];
      for (let n = 0; n < 40; n++) tickets.push(await join(sql, owner, line));
      const answers = await Promise.all(
        Array.from({ length: clients }, (_, n) => callNext(sql, owner, line, line.counters[n % counters]!)),
      );
      const called = answers.filter(isTicket);
      assert.deepEqual(called.toSorted(), tickets.slice(0, counters).toSorted());
      assert.deepEqual(new Set(answers.filter((answer) => !isTicket(answer))), new Set(["counter_busy"]));
    }),
  clients,
);

nativeTest(
  "a day of calls, services and joiners: each ticket is called once and no counter has two",
  (sql) =>
    withLine(sql, async ({ owner }, line) => {
      const arrivals = 192;
      const outcomes = new Set<string>();
      const times: number[] = [];
      let joined = 0;
      const joining = Array.from({ length: 8 }, async () => {
        while (joined++ < arrivals) await join(sql, owner, line);
      });
      const serving = Array.from({ length: clients - 8 }, async (_, n) => {
        for (let idle = 0; idle < 5;) {
          const started = performance.now();
          const answer = await callNext(sql, owner, line, line.counters[n % counters]!);
          times.push(performance.now() - started);
          if (isTicket(answer)) {
            outcomes.add(await codeOf(act(sql, owner, "serve_ticket", answer)));
            outcomes.add(await codeOf(act(sql, owner, "finish_ticket", answer)));
          } else if (answer !== null) outcomes.add(answer);
          else if (joined >= arrivals) idle++;
        }
      });
      await Promise.all([...joining, ...serving]);

      assert.deepEqual([...outcomes].toSorted(), ["counter_busy", "ok"], "no deadlock, nothing served twice");
      const [called] = await sql`
      select count(*)::int as calls, count(distinct aggregate_id)::int as tickets from core.events where type = 'ticket.called'`;
      assert.deepEqual(called, { calls: arrivals, tickets: arrivals });
      const numbers = await sql`select number from public.tickets where status = 'done' order by number`;
      assert.deepEqual(numbers.map(({ number }) => number), Array.from({ length: arrivals }, (_, n) => n + 1));
      const [board] =
        await sql`select board ->> 'waiting' as waiting, board -> 'called' as called from appointments.queue_boards`;
      assert.deepEqual(board, { waiting: "0", called: [] });
      console.log(
        `${times.length} calls: p50 ${quantile(times, 0.5).toFixed(1)} ms, p95 ${quantile(times, 0.95).toFixed(1)} ms`,
      );
    }),
  clients,
);

nativeTest("transfers both ways, check-ins, cancellations and services at once never deadlock", async (sql) => {
  const clinic = await makeClinic(sql, {
    customers: 24,
    resources: [{ name: "Desk", kind: "equipment", capacity: 1000 }],
    services: [{ name: "Visit", all: ["Desk"] }],
  });
  const lines = [
    await makeLine(sql, clinic, counters, { prefix: "A", takes_appointments: true }),
    await makeLine(sql, clinic, counters, { prefix: "B" }),
  ];
  const { owner, services, customers } = clinic;
  const codes = new Map<string, number>();
  const note = (code: string) => codes.set(code, (codes.get(code) ?? 0) + 1);
  const transfer = (ticket: string, target: Line) =>
    as(sql, owner, (tx) => tx`select public.transfer_ticket(${ticket}, ${target.queue})`);

  const walkIns = Array.from({ length: 24 }, async (_, n) => {
    for (let round = 0; round < 6; round++) {
      const ticket = await join(sql, owner, lines[n % 2]!);
      note(await codeOf(transfer(ticket, lines[(n + 1) % 2]!)));
      note(await codeOf(transfer(ticket, lines[n % 2]!)));
      const answer = await callNext(sql, owner, lines[n % 2]!, lines[n % 2]!.counters[n % counters]!);
      if (!isTicket(answer)) continue;
      note(await codeOf(act(sql, owner, "serve_ticket", answer)));
      note(await codeOf(act(sql, owner, "finish_ticket", answer)));
    }
  });
  const appointments = customers.map(async (customer, n) => {
    for (let round = 0; round < 4; round++) {
      const at = new Date(Math.ceil(Date.now() / 86_400_000 + 3 + n) * 86_400_000 + (16 + round * 2) * 1_800_000);
      const [{ id }] = await as(
        sql,
        customer,
        (tx) => tx<[{ id: string }]>`select public.book_appointment(${services.Visit!}, ${at}) ->> 'id' as id`,
      );
      note(await codeOf(act(sql, owner, "check_in_appointment", id)));
      const [ticket] = await sql`select id from public.tickets where appointment_id = ${id}`;
      const rivals = [
        codeOf(act(sql, owner, "cancel_appointment", id)),
        codeOf(act(sql, owner, "leave_queue", ticket!.id)),
      ];
      for (const code of await Promise.all(rivals)) note(code);
    }
  });
  await Promise.all([...walkIns, ...appointments]);
  const unexpected = [...codes.keys()].filter((code) =>
    !["ok", "invalid_transition", "version_conflict"].includes(code)
  );
  assert.deepEqual(unexpected, [], JSON.stringify([...codes]));
  const [wrong] = await sql`
    select count(*)::int as count from public.tickets t join public.appointments a on a.id = t.appointment_id
    where a.status = 'cancelled' and t.status not in ('left', 'done', 'no_show')`;
  assert.equal(wrong!.count, 0);
}, clients);
