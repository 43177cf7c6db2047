import assert from "node:assert/strict";
import { z } from "zod";
import { definePlugin } from "./define.ts";
import { type Outcome, PluginRunner } from "./run.ts";
import type { Hooks, Plugin } from "./types.ts";

const plugin = (name: string, beforeRequest: Hooks["beforeRequest"], config: z.ZodType = z.strictObject({})): Plugin =>
  definePlugin({
    name,
    version: "1.0.0",
    capabilities: ["request:headers"],
    hooks: { beforeRequest },
    budgets: { beforeRequest: 50 },
    config: config as z.ZodType<unknown>,
  });

const signals: AbortSignal[] = [];
const known = new Map([
  plugin("quick", () => ({ headers: { a: "1" } })),
  plugin("broken", () => Promise.reject(new RangeError("secret of somebody"))),
  plugin("slow", ({ signal }) => {
    signals.push(signal);
    return new Promise(() => {});
  }),
  plugin("strict", () => ({}), z.strictObject({ size: z.int() })),
].map((made) => [made.name, made]));

async function runAll(names: readonly string[]) {
  const outcomes: Outcome[] = [];
  const uses = names.map((name) => ({ name, config: {}, failures: 2 }));
  const runner = new PluginRunner(uses, known, (outcome) => outcomes.push(outcome));
  const results = [];
  for (const active of runner.having("beforeRequest")) {
    results.push(
      await runner.run(active, "beforeRequest", (config, signal) =>
        // deno-lint-ignore no-explicit-any
        active.plugin.hooks.beforeRequest!({ config, signal, request: undefined as any })),
    );
  }
  return { outcomes, results };
}

Deno.test("plugins run in order, and one that fails is as if it were not there", async () => {
  const { outcomes, results } = await runAll(["broken", "quick", "strict", "unknown"]);
  assert.deepEqual(results, [undefined, { headers: { a: "1" } }, undefined]);
  assert.deepEqual(outcomes.map(({ plugin, error, failuresBefore }) => [plugin, error, failuresBefore]), [
    ["broken", "RangeError", 2],
    ["quick", undefined, 2],
    ["strict", "ZodError", 2],
  ]);
  assert.ok(!JSON.stringify(outcomes).includes("somebody"), "what a plugin says of its failure stays with it");
});

Deno.test("one that takes too long is told to stop, and the next one runs", async () => {
  const started = performance.now();
  const { outcomes, results } = await runAll(["slow", "quick"]);
  assert.ok(performance.now() - started < 1_000);
  assert.deepEqual([results[0], outcomes[0]!.error, signals[0]!.aborted], [undefined, "BudgetExceeded", true]);
  assert.deepEqual(results[1], { headers: { a: "1" } });
});
