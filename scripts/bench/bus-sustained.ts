import postgres from "postgres";
import { append, appendBatch, asService, claimAndAck, makeBus, sleep, subscribers } from "./bus-load.ts";
import { quantile, type Row } from "./figure.ts";

const eventsPerSecond = 5_000;
/** Milliseconds. */
const greatestLag = 1_000;

/** Events at a steady pace to five readers; how far behind they are at the end, and how long each event took. */
export async function sustained(url: string, seconds: number): Promise<Row[]> {
  const sql = postgres(url, { max: subscribers, onnotice: () => {}, ...asService });
  // Their own: a pool would line appends up behind claims.
  const writers = postgres(url, { max: 4, onnotice: () => {}, ...asService });
  try {
    const bus = await makeBus(sql);
    const batches = seconds * eventsPerSecond / appendBatch;
    const expected = batches * appendBatch;
    const latencies: number[] = [];
    const caughtUp = Promise.all(bus.subscriptions.map(async (subscription) => {
      for (let received = 0; received < expected;) {
        const events = await claimAndAck(sql, subscription, 1000);
        received += events.length;
        if (events.length) latencies.push(Date.now() - Date.parse(events[0]!.event.time));
        else await sleep(5);
      }
      return performance.now();
    }));
    const began = performance.now();
    const written: Promise<unknown>[] = [];
    for (let n = 0; n < batches; n++) {
      await sleep(began + n * appendBatch / eventsPerSecond * 1000 - performance.now());
      written.push(append(writers, bus, n * appendBatch));
    }
    await Promise.all(written);
    const ended = performance.now();
    const lag = Math.max(...await caughtUp) - ended;
    const reached = Math.round(expected / ((ended - began) / 1000));
    const load = `${eventsPerSecond.toLocaleString("en")} events/s for ${seconds} s to ${subscribers} subscriptions`;
    return [
      {
        figure: `${load}: appended`,
        bar: `>= ${(eventsPerSecond * 0.99).toLocaleString("en")}/s`,
        measured: `${reached.toLocaleString("en")}/s`,
        met: reached >= eventsPerSecond * 0.99,
      },
      {
        figure: `${load}: lag of the slowest at the end`,
        bar: `< ${greatestLag} ms`,
        measured: `${Math.round(Math.max(lag, 0))} ms`,
        met: lag < greatestLag,
      },
      {
        figure: `${load}: from append to acknowledgement, the oldest of each claim`,
        measured: `${quantile(latencies, 0.5)} / ${quantile(latencies, 0.95)} / ${
          quantile(latencies, 0.99)
        } ms (p50/p95/p99)`,
      },
    ];
  } finally {
    await sql.end();
    await writers.end();
  }
}
