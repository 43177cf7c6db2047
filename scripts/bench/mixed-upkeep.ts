import postgres, { type Sql } from "postgres";

export const applicationName = "mixed load";

/** What runs beside a load until it is stopped. */
export type Beside = (sql: Sql, stopped: () => boolean) => Promise<void>;
type Report = (name: string, run: () => Promise<unknown>) => Promise<unknown>;

const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** The jobs that cron would run, over and over, so that they meet each other and everything else. */
export const upkeep =
  (job: "expire_holds" | "lapse_requests" | "offer_next", report: Report): Beside => async (sql, stopped) => {
    while (!stopped()) {
      await report(job, () => sql.unsafe(`select appointments.${job}()`));
      await sleep(50);
    }
  };

/** Time passes faster: now and then a few of what is held, offered or asked for are about to end. */
export const timePasses = (report: Report): Beside => async (sql, stopped) => {
  while (!stopped()) {
    await report("time passes", () =>
      sql.begin(async (tx) => {
        const [{ ids }] = await tx<[{ ids: string[] }]>`
          select array(select id from (
            (select id from public.holds where status = 'held' order by random() limit 6)
            union all
            (select id from public.appointments where status = 'pending' order by random() limit 6)) few order by id) as ids`;
        await tx`select core.lock_stream(i) from unnest(${ids}::uuid[]) i`;
        await tx`select calendar.lock_claims(${ids}::uuid[])`;
        await tx`update public.holds set expires_at = clock_timestamp() where id = any (${ids}::uuid[]) and status = 'held'`;
        await tx`update public.appointments set expires_at = clock_timestamp() where id = any (${ids}::uuid[]) and status = 'pending'`;
        await tx`
          update calendar.claims c set expires_at = o.expires_at
          from (select id, expires_at from public.holds union all select id, expires_at from public.appointments) o
          where o.id = c.owner_id and c.owner_id = any (${ids}::uuid[])`;
      }));
    await sleep(100);
  }
};

/** Now and then a connection of the load dies, whatever it is doing. */
export const killer: Beside = async (sql, stopped) => {
  while (!stopped()) {
    await sleep(400);
    await sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name = ${applicationName} order by random() limit 1`;
  }
};

const killed = new Set([
  "57P01",
  "CONNECTION_CLOSED",
  "CONNECTION_DESTROYED",
  "CONNECTION_ENDED",
  "ECONNRESET",
  "EPIPE",
]);
/** Answers below 500: refusals that commands raise, and what clients can be told of their data. */
const refusals = /^(PT4\d\d|22...|23505|23514|23P01)$/;

/** What became of a call: `ok`, the code that a client is told, `killed`, or a failure with its message. */
export async function outcomeOf(run: () => Promise<unknown>): Promise<{ code: string; failed: boolean }> {
  try {
    await run();
    return { code: "ok", failed: false };
  } catch (error) {
    const { code, message } = error as Error & { code?: string };
    if (code && killed.has(code)) return { code: "killed", failed: false };
    if (!(error instanceof postgres.PostgresError)) throw error;
    const refused = refusals.test(error.code);
    return refused ? { code: message, failed: false } : { code: `${code} ${message}`, failed: true };
  }
}
