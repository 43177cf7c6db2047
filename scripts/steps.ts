/** One named check: a command, or a function that answers with what is wrong. */
export interface Step {
  readonly name: string;
  readonly run: readonly string[] | (() => Promise<readonly string[]>);
}

/** How much of a failed step's log is printed. */
const shown = 120;

/** Runs a command without a terminal; an empty answer means that it succeeded. */
async function runCommand([program, ...args]: readonly string[]): Promise<readonly string[]> {
  const command = new Deno.Command(program!, { args, stdin: "null", env: { NO_COLOR: "1" } });
  const { success, stdout, stderr } = await command.output();
  if (success) return [];
  const decoder = new TextDecoder();
  return [decoder.decode(stdout), decoder.decode(stderr)].map((text) => text.trim()).filter(Boolean);
}

/** Runs the steps in order, prints one line for each and the log of those that fail, and returns how many failed. */
export async function runSteps(steps: readonly Step[]): Promise<number> {
  let failed = 0;
  for (const { name, run } of steps) {
    const start = performance.now();
    const log = await (typeof run === "function" ? run() : runCommand(run));
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    console.log(`${log.length ? "FAIL" : "ok  "}  ${name.padEnd(28)} ${seconds.padStart(6)} s`);
    if (log.length === 0) continue;
    failed++;
    const lines = log.flatMap((entry) => entry.split("\n"));
    for (const line of lines.slice(0, shown)) console.log(`      ${line}`);
    if (lines.length > shown) console.log(`      … ${lines.length - shown} more lines`);
  }
  console.log(`${steps.length - failed} passed, ${failed} failed`);
  return failed;
}
