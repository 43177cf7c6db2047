/**
 * `deno task solve INSTANCE.xml [--seconds 60] [--threads 2] [--seed 1] [--out SOLUTION.xml] [--evaluations N]
 * [--clock wall|cpu]`: solves a RobinX instance, prints what the solution costs and what it violates, and writes it.
 */
import { parseArgs } from "node:util";
import { LeagueError } from "../../shared/optimizer/mod.ts";
import { runMain, StackError } from "../stack/errors.ts";
import { type Instance, readInstance } from "./robinx/read.ts";
import { writeSolution } from "./robinx/solution.ts";
import type { Found } from "./messages.ts";
import { solve, type SolveOptions } from "./solver.ts";
import { validate, type Verdict } from "./validator/validate.ts";

const usage = "deno task solve INSTANCE.xml [--seconds 60] [--threads 2] [--seed 1] [--out SOLUTION.xml] " +
  "[--evaluations N] [--clock wall|cpu]";

function readOptions(args: string[]): { path: string; out?: string } & SolveOptions {
  const { values, positionals } = parse(args);
  const [path, ...rest] = positionals;
  if (!path || rest.length) throw new StackError(`usage: ${usage}`);
  const number = (name: "seconds" | "threads" | "seed" | "evaluations", least: number): number => {
    const value = Number(values[name]);
    const whole = name === "seconds" || Number.isSafeInteger(value);
    if (!whole || !(value >= least && value < Infinity)) {
      throw new StackError(`--${name} ${values[name]} is no ${least > 0 ? "positive " : ""}number.`);
    }
    return value;
  };
  if (values.clock !== "wall" && values.clock !== "cpu") throw new StackError("--clock is wall or cpu.");
  return {
    path,
    out: values.out,
    seed: number("seed", 0),
    threads: number("threads", 1),
    budget: {
      seconds: number("seconds", 0.01),
      evaluations: values.evaluations === undefined ? undefined : number("evaluations", 1),
      clock: values.clock,
    },
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        seconds: { type: "string", default: "60" },
        threads: { type: "string", default: "1" },
        seed: { type: "string", default: "1" },
        out: { type: "string" },
        evaluations: { type: "string" },
        clock: { type: "string", default: "wall" },
      },
    });
  } catch (error) {
    throw new StackError(`${(error as Error).message} Usage: ${usage}`);
  }
}

async function readFile(path: string): Promise<Instance> {
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch {
    throw new StackError(`${path} cannot be read.`);
  }
  try {
    return readInstance(text);
  } catch (error) {
    if (error instanceof StackError) throw new StackError(`${path}: ${error.message}`);
    throw error;
  }
}

/** What the search finds; what it cannot search is the instance's fault. */
async function searched({ name, league }: Instance, options: SolveOptions): Promise<Found> {
  try {
    return await solve(league, options);
  } catch (error) {
    if (error instanceof LeagueError) throw new StackError(`${name} cannot be searched: ${error.message}.`);
    throw error;
  }
}

/** Lines of what a solution violates: hard constraints first, the dearest of each kind first. */
function describe({ hard, soft, violations, faults }: Verdict): string[] {
  const lines = [...violations]
    .sort((one, other) => Number(other.hard) - Number(one.hard) || other.penalty - one.penalty)
    .map(({ id, hard, deviation, penalty }) =>
      `  ${hard ? "hard" : "soft"}  ${id.padEnd(10)} deviation ${String(deviation).padStart(6)}  penalty ${penalty}`
    );
  return [`cost: ${soft}  hard violations: ${hard}`, ...lines, ...faults.map((fault) => `  not a schedule: ${fault}`)];
}

await runMain(async () => {
  const { path, out, ...options } = readOptions(Deno.args);
  const instance = await readFile(path);
  const { placements, best, evaluations, seconds } = await searched(instance, options);
  const verdict = validate(instance.league, placements);
  const speed = Math.round(evaluations / Math.max(seconds, 0.001));
  console.log(`${instance.name}: ${instance.league.teams.length} teams, ${instance.slots.length} rounds`);
  console.log(describe(verdict).join("\n"));
  console.log(`${evaluations} evaluations in ${seconds.toFixed(1)} s (${options.budget.clock}): ${speed} a second`);
  if (verdict.faults.length) throw new StackError("the search gave no complete schedule; nothing is written.");
  // The search counts a pair in the wrong phase once.
  if (verdict.hard - verdict.wrongPhases !== best.hard || verdict.soft !== best.soft) {
    throw new StackError(`the search counted ${best.hard} hard and ${best.soft} soft; nothing is written.`);
  }
  if (out) await Deno.writeTextFile(out, writeSolution(instance, placements, verdict));
});
