import postgres, { type Sql, type TransactionSql } from "postgres";
import { problemOf } from "../../shared/http/database-error.ts";
import { type Backend, Claimed, fenceOf, trailOf } from "../../shared/sagas/backend.ts";

export const connect = (url: string, max = 1): Sql => postgres(url, { max, onnotice: () => {}, prepare: false });

/** Calls a command as PostgREST would for a service with these headers; `within` runs before the commit. */
export async function callAsService(
  sql: Sql,
  name: string,
  args: Record<string, unknown>,
  headers: Record<string, string> = {},
  within: (tx: TransactionSql) => Promise<void> | void = () => {},
): Promise<unknown> {
  const keys = Object.keys(args).filter((key) => args[key] !== undefined);
  const list = keys.map((key, at) => `${key} => $${at + 1}`).join(", ");
  try {
    return await sql.begin(async (tx) => {
      await tx`select set_config('request.jwt.claims', '{"role": "service_role"}', true),
        set_config('request.headers', ${JSON.stringify(headers)}, true), set_config('role', 'service_role', true)`;
      const [row] = await tx.unsafe(
        `select public.${name}(${list}) as answer`,
        keys.map((key) => args[key]) as never[],
      );
      await within(tx);
      return row!.answer as unknown;
    });
  } catch (error) {
    if (!(error instanceof postgres.PostgresError)) throw error;
    const { code, message, detail: details, hint } = error;
    throw problemOf({ code, message, details, hint });
  }
}

/** The engine's backend over a connection of one's own, so that it can be cut at any point. */
export function sqlBackend(sql: Sql): Backend {
  const own = ({ id, lease_token }: Claimed) => ({ saga_id: id, lease_token });
  const claimedOf = (answer: unknown) => answer === null ? null : Claimed.parse(answer);
  const ask = (claimed: Claimed, name: string, args: object) =>
    callAsService(sql, name, { ...own(claimed), ...args }, trailOf(claimed));
  return {
    claim: async (turn) => claimedOf(await callAsService(sql, "claim_saga", turn)),
    plan: async (claimed, version, steps) => claimedOf(await ask(claimed, "plan_saga", { version, steps })),
    record: async (claimed, output, more) => void await ask(claimed, "record_saga_step", { output, more }),
    fail: async (claimed, error, final) => void await ask(claimed, "fail_saga_step", { error, final }),
    giveUp: async (claimed, error) => void await ask(claimed, "give_up_saga", { error }),
    call: (claimed, name, args) => callAsService(sql, name, args, { ...trailOf(claimed), ...fenceOf(claimed) }),
  };
}
