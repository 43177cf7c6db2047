import { StackError } from "../stack/errors.ts";

/** Seconds: of the wall, or of processor time of this thread, which other work on the machine does not stretch. */
export type ClockName = "wall" | "cpu";

/** Ticks of the kernel in a second, as Linux has it on every architecture that Deno runs on. */
const ticks = 100;

/** Starts a clock; each call of the answer gives the seconds since then. */
export function startClock(name: ClockName): () => number {
  const now = name === "cpu" ? cpuSeconds : () => performance.now() / 1000;
  const start = now();
  return () => now() - start;
}

function cpuSeconds(): number {
  let stat: string;
  try {
    stat = Deno.readTextFileSync("/proc/thread-self/stat");
  } catch {
    throw new StackError("--clock cpu needs Linux's /proc.");
  }
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / ticks;
}
