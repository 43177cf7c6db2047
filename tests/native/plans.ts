import assert from "node:assert/strict";
import postgres, { type Sql } from "postgres";
import { as } from "./server.ts";

/** A connection on which the server tells the plan of each statement, those inside of functions too. */
export async function explaining(url: string): Promise<{ session: Sql; said: string[] }> {
  const said: string[] = [];
  const session = postgres(url, { max: 1, onnotice: ({ message }) => said.push(message!) });
  await session.unsafe(
    `load 'auto_explain'; set auto_explain.log_min_duration = 0; set auto_explain.log_nested_statements = on;
    set client_min_messages = log; set random_page_cost = 1.1`,
  );
  return { session, said };
}

/** The plans that a user's statement ran, of those that are about the tables named. */
export async function plansOf(
  { session, said }: { session: Sql; said: string[] },
  user: string,
  statement: string,
  about: RegExp,
): Promise<string[]> {
  const start = said.length;
  const rows = await as(session, user, async (tx) => await tx.unsafe(statement));
  assert.ok(rows.length > 0, `nothing is found by ${statement}`);
  const plans = said.slice(start).filter((text) => about.test(text));
  assert.ok(plans.length > 0, `no plan was logged for ${statement}`);
  return plans;
}
