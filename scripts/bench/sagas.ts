import postgres from "postgres";
import { accounts, workOne } from "../../tests/sagas/five-steps.ts";
import { connect } from "../../tests/sagas/sql-backend.ts";
import { withFreshDatabase } from "../db/fresh.ts";
import type { Context, Figure, Row } from "./figure.ts";

/** Five-step sagas from their start to their end: claiming, running, recording and completing each step's job. */
export const sagas: Figure = {
  name: "sagas",
  about: "sagas of five steps, from start to done",
  run: ({ quick }: Context) => withFreshDatabase((url) => measure(url, quick ? 0.2 : 1)),
};

async function measure(url: string, scale: number): Promise<Row[]> {
  const sql = connect(url, 9);
  const rows: Row[] = [];
  try {
    await sql.unsafe(accounts);
    for (const [workers, count] of [[1, 100], [8, 500]] as const) {
      const sagas = Math.ceil(count * scale);
      await sql`select core.begin_saga(null, 'five_steps', '{}', queue => 'tests') from generate_series(1, ${sagas})`;
      const start = performance.now();
      await Promise.all(Array.from({ length: workers }, () => drain(sql)));
      const seconds = (performance.now() - start) / 1000;
      const [{ open }] = await sql<
        [{ open: number }]
      >`select count(*)::int as open from core.sagas where status <> 'done'`;
      rows.push({
        figure: `sagas of five steps, ${workers} at once`,
        measured: `${(sagas / seconds).toFixed(1)}/s, ${(sagas * 5 / seconds).toFixed(0)} steps/s`,
        met: open === 0 ? undefined : false,
      });
    }
    return rows;
  } finally {
    await sql.end({ timeout: 5 });
  }
}

async function drain(sql: postgres.Sql): Promise<void> {
  while (await workOne(sql, "tests", () => {}));
}
