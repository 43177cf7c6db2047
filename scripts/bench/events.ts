import postgres from "postgres";
import { withFreshDatabase } from "../db/fresh.ts";
import { besideWriters, deliver, deliveriesOf, holdOpen, writers } from "./event-load.ts";
import type { Context, Figure, Row } from "./figure.ts";

/** Nobody waits for somebody else's transaction: this is what a loaded machine may add. */
const longestWait = 2_000;

async function measure({ quick, full }: Context): Promise<Row[]> {
  const transactions = full ? 2_000 : quick ? 30 : 300;
  return await withFreshDatabase(async (url) => {
    const sql = postgres(url, { max: writers + 4, onnotice: () => {} });
    try {
      await sql`select core.register_queue('tests', 'tests'), core.register_consumer('tests', array['test.*'], 'tests', 'test')`;
      const open = await holdOpen(sql);
      const [waited] = await besideWriters(sql, writers, transactions, (stopped) => [deliver(sql, stopped)]);
      const jobs = await deliveriesOf(sql, "test.happened");
      const early = await deliveriesOf(sql, "test.held_back");
      await open.commit();
      await sql`select core.tick(), core.dispatch()`;
      const held = await deliveriesOf(sql, "test.held_back");
      const lost = writers * transactions - jobs.filter((count) => count > 0).length + (held[0] === 1 ? 0 : 1);
      const load = `${
        (writers * transactions).toLocaleString("en")
      } events of ${writers} writers, one transaction left open`;
      return [
        { figure: `${load}: lost`, bar: "0", measured: `${lost}`, met: lost === 0 && early.length === 0 },
        { figure: `${load}: delivered twice`, measured: `${jobs.filter((count) => count > 1).length}` },
        {
          figure: `${load}: longest wait of an event for its consumer`,
          bar: `<= ${longestWait} ms`,
          measured: `${Math.round(waited!)} ms`,
          met: waited! <= longestWait,
        },
      ];
    } finally {
      await sql.end({ timeout: 5 });
    }
  });
}

export const events: Figure = { name: "events", about: "delivery to consumers while writers overtake", run: measure };
