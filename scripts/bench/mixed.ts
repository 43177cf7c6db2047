import postgres from "postgres";
import { withFreshDatabase } from "../db/fresh.ts";
import { makeClinic } from "./clinic.ts";
import { inconsistencies } from "./consistency.ts";
import type { Context, Figure, Row } from "./figure.ts";
import { mixedClinic, mixedLoad } from "./mixed-load.ts";

async function measure({ quick, full }: Context): Promise<Row[]> {
  const attempts = full ? 1_000_000 : quick ? 2_000 : 20_000;
  return await withFreshDatabase(async (url) => {
    const sql = postgres(url, { max: 1, onnotice: () => {} });
    try {
      const clinic = await makeClinic(sql, mixedClinic);
      const { outcomes, failures, seconds } = await mixedLoad(url, clinic, attempts);
      const wrong = await inconsistencies(sql);
      const load = `${attempts.toLocaleString("en")} mixed attempts, 32 clients`;
      const succeeded = [...outcomes].filter(([key]) => key.endsWith(" ok")).reduce((sum, [, count]) => sum + count, 0);
      const killed = [...outcomes].filter(([key]) => key.endsWith(" killed")).reduce(
        (sum, [, count]) => sum + count,
        0,
      );
      return [
        {
          figure: `${load}: answers that are a deadlock or a 5xx`,
          bar: "0",
          measured: [`${failures.length}`, ...new Set(failures)].join("; "),
          met: failures.length === 0,
        },
        {
          figure:
            `${load}: overlaps, seats sold twice, holds or offers not accounted for, gaps in versions, what the log replays otherwise`,
          bar: "0",
          measured: wrong.join("; ") || "0",
          met: wrong.length === 0,
        },
        {
          figure: `${load}: rate`,
          measured: `${Math.round(attempts / seconds)} attempts a second, ${
            succeeded.toLocaleString("en")
          } succeeded, ${killed} killed with their connection`,
        },
      ];
    } finally {
      await sql.end({ timeout: 5 });
    }
  });
}

export const mixed: Figure = {
  name: "mixed",
  about: "book, hold, wait, move, cancel at random, with jobs and dying connections",
  run: measure,
};
