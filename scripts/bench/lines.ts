import type { JSONValue, Sql } from "postgres";
import { claimsOf } from "./clinic.ts";

/** A queue with one ticket type and open counters. */
export interface Line {
  readonly queue: string;
  readonly type: string;
  readonly counters: readonly string[];
}

/** Makes a queue with the commands that its owner would use, and opens its counters. */
export async function makeLine(
  sql: Sql,
  { organization, owner }: { organization: string; owner: string },
  counters: number,
  terms: Record<string, JSONValue> = {},
): Promise<Line> {
  return await sql.begin(async (tx) => {
    await tx`select set_config('request.jwt.claims', ${
      claimsOf(owner)
    }, true), set_config('role', 'authenticated', true)`;
    const [{ queue }] = await tx<[{ queue: string }]>`
      select public.create_queue(${organization}, ${tx.json({ name: "Walk-in", ...terms })}) ->> 'id' as queue`;
    const [{ type }] = await tx<[{ type: string }]>`
      select public.save_ticket_type(${queue}, ${tx.json({ name: "General" })}) ->> 'id' as type`;
    const made: string[] = [];
    for (let n = 1; n <= counters; n++) {
      const [{ id }] = await tx<[{ id: string }]>`
        select public.save_queue_counter(${queue}, ${tx.json({ name: `Counter ${n}` })}) ->> 'id' as id`;
      await tx`select public.operate_queue(${queue}, 'open_counter', ${id})`;
      made.push(id);
    }
    return { queue, type, counters: made };
  }) as Line;
}
