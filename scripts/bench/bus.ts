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
import { type Context, type Figure, median, type Row } from "./figure.ts";

const claimSize = 1_000;

const rate = (count: number, seconds: number): number => Math.round(count / seconds);
const said = (perSecond: number): string => `${Math.round(perSecond).toLocaleString("en")}/s`;

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

/** By turns, so that each has its share of the machine's moods; the first turn, a smaller one, warms all up. */
async function compare(url: string, events: number, turns: number, backlog: boolean): Promise<Row[]> {
  const jobs = jobsOf(events);
  const runs = [
    { rates: [] as number[], run: (count: number) => deliver(url, count, backlog) },
    ...rivals.map((rival) => ({
      rates: [] as number[],
      run: (count: number) => rival.measure(url, jobsOf(count), backlog),
    })),
  ];
  for (const { run } of runs) await run(1_000);
  for (let turn = 0; turn < turns; turn++) {
    for (const { run, rates } of runs) rates.push(rate(jobs, await run(events)));
  }
  const [ours, ...theirs] = runs.map(({ rates }) => median(rates)) as [number, ...number[]];
  const what = backlog ? "from a backlog" : "end to end";
  return [
    {
      figure: `${what}: ${
        events.toLocaleString("en")
      } events in batches of ${appendBatch} to ${subscribers} subscriptions, claims of ${claimSize}`,
      measured: `${said(ours)} deliveries, ${said(ours / subscribers)} events`,
    },
    ...rivals.map(({ name, settings, bare, atMostOnce }, index) => ({
      figure: `${what}: ${jobs.toLocaleString("en")} jobs by ${name} (${settings})`,
      measured: `${said(theirs[index]!)} jobs`,
      ...atMostOnce || (bare && backlog) ? {} : { bar: `< ${said(ours)}`, met: theirs[index]! < ours },
    })),
  ];
}

async function measure({ quick, full }: Context): Promise<Row[]> {
  const events = full ? 50_000 : quick ? 5_000 : 20_000;
  const turns = quick ? 1 : 3;
  return await withFreshDatabase(async (url) => [
    ...await compare(url, events, turns, false),
    ...await compare(url, events, turns, true),
    ...await sustained(url, quick ? 5 : 60),
  ]);
}

export const bus: Figure = { name: "bus", about: "events to subscriptions, beside job queues", run: measure };
