import postgres, { type Sql, type TransactionSql } from "postgres";
import { withFreshDatabase } from "../../scripts/db/fresh.ts";

const native = Deno.env.has("DATABASE_URL");
if (!native) {
  console.log("skipped: these tests need real concurrency. Set DATABASE_URL to a PostgreSQL 15+ server to run them.");
}

/** A test with many connections to a migrated database of its own; ignored where there is no server. */
export function nativeTest(name: string, run: (sql: Sql, url: string) => Promise<void>, connections = 20): void {
  Deno.test({
    name,
    ignore: !native,
    fn: () =>
      withFreshDatabase(async (url) => {
        const sql = postgres(url, { max: connections, onnotice: () => {} });
        try {
          await run(sql, url);
        } finally {
          await sql.end({ timeout: 5 });
        }
      }),
  });
}

/** Makes a confirmed user and returns their id. */
export async function signUp(sql: Sql, email: string): Promise<string> {
  const [user] = await sql`
    insert into auth.users (id, email, email_confirmed_at) values (gen_random_uuid(), ${email}, now()) returning id`;
  return user!.id;
}

/** Runs one transaction as PostgREST would for this user. */
export function as<T>(sql: Sql, userId: string, run: (tx: TransactionSql) => Promise<T>): Promise<T> {
  return sql.begin(async (tx) => {
    await tx`select set_config('request.jwt.claims', ${JSON.stringify({ sub: userId, role: "authenticated" })}, true),
      set_config('role', 'authenticated', true)`;
    return await run(tx);
  }) as Promise<T>;
}

/** The outcome of a command: its answer's place is taken by the code of its refusal. */
export async function codeOf(command: Promise<unknown>): Promise<string> {
  try {
    await command;
    return "ok";
  } catch (error) {
    if (error instanceof postgres.PostgresError) return error.message;
    throw error;
  }
}

export const sleep = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));
