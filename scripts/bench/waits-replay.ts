import type { ISql } from "postgres";
import type { Arrival } from "./waits-data.ts";

/** What someone was told when they joined, and how long they then waited. Minutes. */
export interface Told {
  readonly day: number;
  readonly wait: number;
  readonly p50: number;
  readonly p80: number;
}

interface Estimate {
  readonly model: number | null;
  readonly last: number | null;
  readonly p50: number | null;
  readonly p80: number | null;
}

interface Event {
  readonly at: number;
  readonly kind: "end" | "arrival" | "start";
  readonly index: number;
}

const order = { end: 0, arrival: 1, start: 2 };

function eventsOf(day: readonly Arrival[]): Event[] {
  const events = day.flatMap(({ at, wait, service }, index): Event[] => [
    { at, kind: "arrival", index },
    ...(wait === null ? [] : [
      { at: at + wait, kind: "start", index } as const,
      { at: at + wait + service, kind: "end", index } as const,
    ]),
  ]);
  return events.sort((a, b) => a.at - b.at || order[a.kind] - order[b.kind]);
}

/**
 * Replays one day as the counters would have seen it: who arrives, who is called, who is done. Who left unseen is noticed
 * when a call goes past them, as a no-show is. The estimates and all that is learnt are the database's.
 */
export async function replayDay(
  sql: ISql,
  queue: string,
  types: readonly string[],
  day: number,
  arrivals: readonly Arrival[],
) {
  await sql`update appointments.queue_learning set last_wait = null where queue_id = ${queue}`;
  const told: Told[] = [];
  const estimates = new Map<number, Promise<Estimate>>();
  // Sent in order over one connection; only an estimate that is needed is waited for.
  const sent: PromiseLike<unknown>[] = [];
  const serving = new Set<number>();
  let line: number[] = [];
  const typeOf = (index: number) => types[arrivals[index]!.type]!;
  for (const { at, kind, index } of eventsOf(arrivals)) {
    const arrival = arrivals[index]!;
    if (kind === "end") {
      serving.delete(index);
      sent.push(
        sql`select appointments.observe_service(${queue}, ${typeOf(index)}, null, ${arrival.service})`.execute(),
      );
    } else if (kind === "start") {
      const place = line.indexOf(index);
      for (const gone of line.slice(0, place)) {
        sent.push(sql`select appointments.observe_leaving(${queue}, ${(at - arrivals[gone]!.at) / 2})`.execute());
      }
      line = line.slice(place + 1);
      serving.add(index);
      const { p50, p80, model, last } = (await estimates.get(index))!;
      sent.push(
        sql`select appointments.observe_wait(${queue}, ${arrival.wait!}, ${p50}, ${p80}, ${model}, ${last})`.execute(),
      );
      if (arrival.wait! > 0) told.push({ day, wait: arrival.wait!, p50: p50!, p80: p80! });
    } else {
      const ahead = line.filter((other) => arrivals[other]!.priority >= arrival.priority);
      const waiting = [...ahead, index];
      estimates.set(
        index,
        estimateOf(
          sql,
          queue,
          waiting.map(typeOf),
          waiting.map((other) => at - arrivals[other]!.at),
          [...serving].map(typeOf),
          arrival.servers,
        ),
      );
      const behind = line.slice(ahead.length);
      line = [...ahead, index, ...behind];
    }
  }
  await Promise.all(sent);
  return told;
}

/** What the last of a line is told. */
async function estimateOf(
  sql: ISql,
  queue: string,
  waiting: string[],
  waited: number[],
  serving: string[],
  servers: number,
): Promise<Estimate> {
  const [last] = await sql<[Estimate]>`
    select w.model, w.last, w.p50, w.p80
    from appointments.line_waits(${queue}, ${waiting}::uuid[], ${waited}::float8[], ${serving}::uuid[],
      array_fill(null::uuid, array[${serving.length}::int]), ${servers}) with ordinality as w(model, last, p50, p80, place)
    order by w.place desc limit 1`;
  return last;
}
