import postgres, { type Sql } from "postgres";
import { withFreshDatabase } from "../db/fresh.ts";
import { makeClinic } from "./clinic.ts";
import { type Context, type Figure, percent, type Row } from "./figure.ts";
import { daysOf, simulations } from "./waits-data.ts";
import { replayDay, type Told } from "./waits-replay.ts";

/** Days that are learnt from before the first counts. */
const learning = 15;

/** A queue with as many ticket types as a simulation knows; it is told nothing of their service times. */
async function makeQueue(sql: Sql, organization: string, name: string): Promise<{ queue: string; types: string[] }> {
  const service = JSON.stringify({ role: "service_role" });
  return await sql.begin(async (tx) => {
    await tx`select set_config('request.jwt.claims', ${service}, true)`;
    const [{ queue }] = await tx<[{ queue: string }]>`
      select public.create_queue(${organization}, ${tx.json({ name })}) ->> 'id' as queue`;
    const types: string[] = [];
    for (const type of ["first", "second", "third"]) {
      const [{ id }] = await tx<[{ id: string }]>`
        select public.save_ticket_type(${queue}, ${tx.json({ name: type })}) ->> 'id' as id`;
      types.push(id);
    }
    await tx`update public.queues set prefix = chr(65 + (select count(*)::int from public.queues)) where id = ${queue}`;
    return { queue, types };
  }) as { queue: string; types: string[] };
}

/** Mean absolute error over mean wait, and the share of waits within the P80. */
function score(told: readonly Told[]): { error: number; within: number } {
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
  return {
    error: sum(told.map(({ wait, p50 }) => Math.abs(wait - p50))) / sum(told.map(({ wait }) => wait)),
    within: told.filter(({ wait, p80 }) => wait <= p80).length / told.length,
  };
}

async function replay(sql: Sql, organization: string, name: string, days: number) {
  const { queue, types } = await makeQueue(sql, organization, name);
  const told: Told[] = [];
  for (const [day, arrivals] of (await daysOf(name)).slice(0, days).entries()) {
    told.push(...await sql.begin((tx) => replayDay(tx, queue, types, day, arrivals)));
  }
  return score(told.filter(({ day }) => day >= learning));
}

async function measure({ quick }: Context): Promise<Row[]> {
  const names = await simulations();
  if (!names.length) return [{ figure: "waits", measured: "skipped: the simulated queues are not here" }];
  return await withFreshDatabase(async (url) => {
    const sql = postgres(url, { max: 1, onnotice: () => {} });
    try {
      const { organization } = await makeClinic(sql, { customers: 0, resources: [], services: [] });
      const scores: { error: number; within: number }[] = [];
      const rows: Row[] = [];
      for (const name of names) {
        const { error, within } = await replay(sql, organization, name, quick ? 20 : 45);
        scores.push({ error, within });
        rows.push({
          figure: `waits of ${name.replace(".csv.xz", "")}`,
          bar: "P80 holds for 75 to 85 %",
          measured: `error ${error.toFixed(3)} of the mean wait, P80 holds for ${percent(within)}`,
          met: within >= 0.75 && within <= 0.85,
        });
      }
      const mean = scores.reduce((total, { error }) => total + error, 0) / scores.length;
      const figure = `waits: mean absolute error over mean wait, mean of ${scores.length} queues`;
      return [...rows, { figure, bar: "<= 0.40", measured: mean.toFixed(3), met: mean <= 0.4 }];
    } finally {
      await sql.end({ timeout: 5 });
    }
  });
}

export const waits: Figure = { name: "waits", about: "estimates of waits in simulated queues", run: measure };
