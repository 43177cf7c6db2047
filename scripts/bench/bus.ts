import postgres from "postgres";
import { withFreshDatabase } from "../db/fresh.ts";
import {
  append,
  appendBatch,
  asService,
  type Bus,
  claimAndAck,
  drain,
  inBatches,
  makeBus,
  subscribers,
} from "./bus-load.ts";
import { jobsOf, rivals } from "./bus-others.ts";
import { sustained } from "./bus-sustained.ts";
import type { Context, Figure, Row } from "./figure.ts";

const claimSize = 1_000;

const rate = (count: number, seconds: number): number => Math.round(count / seconds);
const said = (perSecond: number): string => `${perSecond.toLocaleString("en")}/s`;

/** Seconds from the first append until every subscription has acknowledged all; or only the reading, from a backlog. */
async function deliver(url: string, events: number, backlog: boolean): Promise<number> {
  const sql = postgres(url, { max: 2 + subscribers, onnotice: () => {}, ...asService });
  try {
    const bus: Bus = await makeBus(sql);
    const appending = () => inBatches(events, appendBatch, 2, (from, count) => append(sql, bus, from, count));
    const reading = () =>
      Promise.all(
        bus.subscriptions.map((subscription) =>
          drain(events, 1, async () => (await claimAndAck(sql, subscription, claimSize)).length)
        ),
      );
    if (backlog) await appending();
    const start = performance.now();
    await Promise.all(backlog ? [reading()] : [appending(), reading()]);
    return (performance.now() - start) / 1000;
  } finally {
    await sql.end();
  }
}

/** Each has a smaller load before: connections, plans and caches are warm. */
async function compare(url: string, events: number, backlog: boolean): Promise<Row[]> {
  const jobs = jobsOf(events);
  const what = backlog ? "from a backlog" : "end to end";
  await deliver(url, 1_000, backlog);
  const seconds = await deliver(url, events, backlog);
  const ours = rate(jobs, seconds);
  const rows: Row[] = [{
    figure: `${what}: ${
      events.toLocaleString("en")
    } events in batches of ${appendBatch} to ${subscribers} subscriptions, claims of ${claimSize}`,
    measured: `${said(ours)} deliveries, ${said(rate(events, seconds))} events`,
  }];
  for (const rival of rivals) {
    await rival.measure(url, 5_000, backlog);
    const theirs = rate(jobs, await rival.measure(url, jobs, backlog));
    rows.push({
      figure: `${what}: ${jobs.toLocaleString("en")} jobs by ${rival.name} (${rival.settings})`,
      bar: `< ${said(ours)}`,
      measured: `${said(theirs)} jobs`,
      met: theirs < ours,
    });
  }
  return rows;
}

async function measure({ quick, full }: Context): Promise<Row[]> {
  const events = full ? 100_000 : quick ? 5_000 : 20_000;
  return await withFreshDatabase(async (url) => [
    ...await compare(url, events, false),
    ...await compare(url, events, true),
    ...await sustained(url, quick ? 5 : 60),
  ]);
}

export const bus: Figure = { name: "bus", about: "events to subscriptions, beside job queues", run: measure };
