/**
 * A worker in a process of its own, which dies (SIGKILL) at one of the points where a worker can die. Its orders come as
 * one line of JSON; while there is none it waits, started and ready.
 */
import { connect } from "./sql-backend.ts";
import { workOne } from "./five-steps.ts";

export interface Orders {
  readonly url: string;
  readonly queue: string;
  /** The point at which it dies, counted from 1. */
  readonly dieAt: number;
}

if (import.meta.main) {
  const [line] = await Array.fromAsync(Deno.stdin.readable.pipeThrough(new TextDecoderStream()));
  const { url, queue, dieAt }: Orders = JSON.parse(line!);
  const sql = connect(url);
  let points = 0;
  const point = (name: string) => {
    points += 1;
    if (points !== dieAt) return;
    Deno.stdout.writeSync(new TextEncoder().encode(name));
    Deno.kill(Deno.pid, "SIGKILL");
  };
  while (await workOne(sql, queue, point));
  await sql.end();
}
