/**
 * `deno task bench [figure...] [--quick | --full]`: measures what docs/performance.md promises on a native server and
 * prints it as one table. Every figure makes its own database and drops it; nothing is written anywhere else.
 */
import { parseArgs } from "node:util";
import postgres from "postgres";
import { runMain, StackError } from "../stack/errors.ts";
import { append } from "./append.ts";
import { board } from "./board.ts";
import { booking } from "./booking.ts";
import { bulk } from "./bulk.ts";
import { bus } from "./bus.ts";
import { events } from "./events.ts";
import { durability, type Figure, type Row, table } from "./figure.ts";
import { gateway } from "./gateway.ts";
import { http } from "./http.ts";
import { mixed } from "./mixed.ts";
import { nearby } from "./nearby.ts";
import { noshow } from "./noshow.ts";
import { optimize } from "./optimize.ts";
import { rates } from "./rates.ts";
import { sagas } from "./sagas.ts";
import { schemas } from "./schemas.ts";
import { withServer } from "./server.ts";
import { slots } from "./slots.ts";
import { waits } from "./waits.ts";
import { webhooks } from "./webhooks.ts";

const figures: readonly Figure[] = [
  slots,
  booking,
  mixed,
  http,
  nearby,
  noshow,
  waits,
  board,
  append,
  events,
  bus,
  webhooks,
  rates,
  gateway,
  sagas,
  schemas,
  bulk,
  optimize,
];

function chosen(names: readonly string[]): readonly Figure[] {
  const unknown = names.filter((name) => !figures.some((figure) => figure.name === name));
  if (unknown.length) {
    const known = figures.map(({ name, about }) => `${name} (${about})`).join(", ");
    throw new StackError(`no figure is named ${unknown.join(" or ")}; there are ${known}.`);
  }
  return names.length ? figures.filter(({ name }) => names.includes(name)) : figures;
}

await runMain(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { quick: { type: "boolean", default: false }, full: { type: "boolean", default: false } },
  });
  const wanted = chosen(positionals);
  await withServer(async ({ url, pgbench }) => {
    Deno.env.set("DATABASE_URL", url);
    const sql = postgres(url, { max: 1 });
    const [load] = Deno.loadavg();
    console.log(
      `${await durability(sql)}; ${navigator.hardwareConcurrency} cores, load ${load!.toFixed(1)} before the run`,
    );
    if (values.quick) console.log("A quick run: enough to see that it works, too short to believe.");
    await sql.end();
    const rows: Row[] = [];
    for (const figure of wanted) {
      const start = performance.now();
      rows.push(...await figure.run({ server: url, pgbench, ...values }));
      console.error(`${figure.name}: ${((performance.now() - start) / 1000).toFixed(0)} s`);
    }
    console.log(table(rows));
    if (rows.some(({ met }) => met === false)) Deno.exitCode = 1;
  });
});
