/**
 * A worker of runs in a process of its own, which dies (SIGKILL) at one of the points where a worker can die. Its orders
 * come as one line of JSON.
 */
import { workSlice } from "../../shared/scheduling/slice.ts";
import { connect } from "../sagas/sql-backend.ts";
import { sqlRunBackend } from "./backend.ts";

export interface Orders {
  readonly url: string;
  /** The point at which it dies, counted from 1. */
  readonly dieAt: number;
  readonly milliseconds: number;
}

if (import.meta.main) {
  const [line] = await Array.fromAsync(Deno.stdin.readable.pipeThrough(new TextDecoderStream()));
  const { url, dieAt, milliseconds }: Orders = JSON.parse(line!);
  const sql = connect(url);
  let points = 0;
  const backend = sqlRunBackend(sql, (name) => {
    points += 1;
    if (points !== dieAt) return;
    Deno.stdout.writeSync(new TextEncoder().encode(name));
    Deno.kill(Deno.pid, "SIGKILL");
  });
  while (await workSlice(backend, { milliseconds, breathe: 5 }) !== "idle");
  await sql.end();
}
