import postgres from "postgres";
import { withFreshDatabase } from "../db/fresh.ts";
import type { Context, Figure, Row } from "./figure.ts";
import { pgbench } from "./pgbench.ts";

/** Decisions a second: of callers who each have their bucket, and of one who keeps knocking at a closed door. */
const loads = [
  {
    name: "100,000 callers",
    bar: 19_000,
    script: "\\set n random(1, 100000)\nselect core.take_token('user:' || :n, 1000, 60, 1000);",
  },
  { name: "one caller, refused", bar: 37_000, script: "select core.take_token('hot', 1, 86400, 1);" },
  {
    name: "one caller, admitted",
    script: "select core.take_token('open', 100000, 1, 10000000);",
  },
] as const;

async function measure({ pgbench: command, quick }: Context): Promise<Row[]> {
  if (!command) return [{ figure: "rate decisions", measured: "skipped: no pgbench" }];
  return await withFreshDatabase(async (url) => {
    const sql = postgres(url, { max: 1, onnotice: () => {} });
    await sql`insert into core.rate_buckets select 'user:' || n, now() from generate_series(1, 100000) n`;
    await sql`vacuum analyze core.rate_buckets`;
    const rows: Row[] = [];
    for (const load of loads) {
      const rate = await pgbench(command, url, { script: load.script, clients: 32, seconds: quick ? 3 : 15 });
      const bar = "bar" in load ? load.bar : undefined;
      rows.push({
        figure: `rate limits: decisions/s, ${load.name}`,
        bar: bar && `>= ${bar.toLocaleString("en")}`,
        measured: Math.round(rate).toLocaleString("en"),
        met: bar ? rate >= bar : undefined,
      });
    }
    await sql.end();
    return rows;
  });
}

export const rates: Figure = { name: "rates", about: "rate decisions a second", run: measure };
