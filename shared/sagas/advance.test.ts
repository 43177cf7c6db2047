import assert from "node:assert/strict";
import { z } from "zod";
import { Problem } from "../http/problem.ts";
import { advance } from "./advance.ts";
import type { Backend, Claimed } from "./backend.ts";
import { again, type AnySaga, defineSaga, type Step, stepsOf } from "./definition.ts";

const id = "0199e2c4-7b1a-7cc3-8f0e-5a2d9c1b4e77";
const input = z.object({ n: z.int() });
const step = stepsOf(input);

const claimed: Claimed = {
  id,
  organization_id: null,
  name: "tested",
  version: 1,
  direction: "do",
  input: { n: 1 },
  created_by: null,
  lease_token: id,
  correlation_id: id,
  traceparent: null,
  step: {
    position: 1,
    name: "one",
    input: { outputs: { zero: { at: 7 } } },
    output: null,
    progress: null,
    timeout_seconds: 1,
    attempt: 1,
    idempotency_key: "key",
  },
};

/** Advances a saga of which this is claimed, and tells what was recorded. */
async function told(definitions: AnySaga[], claim: Partial<Claimed> = {}, signal = new AbortController().signal) {
  const said: unknown[] = [];
  const tell = (what: string) => (_: Claimed, ...rest: unknown[]) => Promise.resolve(void said.push([what, ...rest]));
  const backend: Backend = {
    claim: () => Promise.resolve({ ...claimed, ...claim }),
    plan: (_, version, steps) => {
      said.push(["plan", version, steps.length]);
      return Promise.resolve({ ...claimed, version });
    },
    record: tell("record"),
    fail: tell("fail"),
    giveUp: tell("give up"),
    call: () => Promise.resolve(null),
  };
  await advance({ saga_id: id, turn: 1 }, { definitions, backend, signal });
  return said;
}

// deno-lint-ignore no-explicit-any
const withStep = (one: Partial<Step<any, any>>, version = 1) =>
  defineSaga({
    name: "tested",
    version,
    input,
    steps: [step({ name: "one", action: () => Promise.resolve(null), ...one })],
  });

Deno.test("what a step answers is recorded, and a slice with how far it got", async () => {
  assert.deepEqual(await told([withStep({ action: () => Promise.resolve({ a: 1 }) })]), [["record", { a: 1 }, false]]);
  assert.deepEqual(await told([withStep({ action: () => Promise.resolve(again(3)) })]), [["record", 3, true]]);
});

Deno.test("a step has the typed output of earlier ones", async () => {
  const zero = step({ name: "zero", output: z.object({ at: z.int() }), action: () => Promise.resolve({ at: 7 }) });
  const one = withStep({ action: ({ outputOf }) => Promise.resolve(outputOf(zero).at + 1) });
  assert.deepEqual(await told([one]), [["record", 8, false]]);
  const none = step({ name: "none", action: () => Promise.resolve(1) });
  const asks = withStep({ action: ({ outputOf }) => Promise.resolve(outputOf(none)) });
  assert.deepEqual((await told([asks]))[0], [
    "fail",
    { code: "internal", message: "The step failed on our side; the platform's log tells why." },
    false,
  ]);
});

Deno.test("going back, the compensation gets what the action answered", async () => {
  const outputs: unknown[] = [];
  const saga = withStep({ compensate: ({ output }) => Promise.resolve(outputs.push(output)) });
  const back = { direction: "undo" as const };
  assert.deepEqual(await told([saga], back), [["record", null, false]]);
  assert.deepEqual(await told([saga], { ...back, step: { ...claimed.step!, output: { a: 1 } } }), [[
    "record",
    null,
    false,
  ]]);
  assert.deepEqual(outputs, [null, { a: 1 }]);
});

Deno.test("a refusal is final, what may pass is tried again, and neither tells of the inside", async () => {
  const fails = async (failure: unknown) => (await told([withStep({ action: () => Promise.reject(failure) })]))[0];
  assert.deepEqual(await fails(new Problem("not_found", { detail: "There is none." })), [
    "fail",
    { code: "not_found", message: "There is none." },
    true,
  ]);
  assert.deepEqual((await fails(new Problem("unavailable")) as unknown[])[2], false);
  assert.doesNotMatch(JSON.stringify(await fails(new Error("relation core.secrets does not exist"))), /secrets/);
});

Deno.test("a step that takes too long is aborted, and has failed", async () => {
  let aborted = false;
  const slow = withStep({
    action: ({ signal }) =>
      new Promise((resolve) => {
        signal.addEventListener("abort", () => {
          aborted = true;
          resolve(null);
        });
      }),
  });
  assert.deepEqual(await told([slow]), [
    ["fail", { code: "timed_out", message: "The step did not end within its time." }, false],
  ]);
  assert.ok(aborted);
});

Deno.test("a worker that lost its job records nothing", async () => {
  const saga = withStep({ action: () => new Promise(() => {}) });
  await assert.rejects(told([saga], {}, AbortSignal.abort(new Error("lost"))), /lost/);
  const fenced = withStep({ action: () => Promise.reject(new Problem("lease_lost")) });
  await assert.rejects(told([fenced]), /lease_lost/);
});

Deno.test("a saga that begins takes the newest version; one that has begun keeps its own", async () => {
  const versions = [
    withStep({ action: () => Promise.resolve("old") }),
    withStep({ action: () => Promise.resolve("new") }, 2),
  ];
  assert.deepEqual(await told(versions), [["record", "old", false]]);
  assert.deepEqual(await told(versions, { version: null, step: null }), [["plan", 2, 1], ["record", "new", false]]);
});

Deno.test("what no worker knows, or what its definition does not take, is left to a person", async () => {
  const unknown = async (definitions: AnySaga[], claim: Partial<Claimed>) => {
    const [[what, fault]] = await told(definitions, claim) as [[string, { code: string; message: string }]];
    return `${what}: ${fault.code} ${fault.message}`;
  };
  assert.match(await unknown([], {}), /^give up: unknown_definition No worker here knows tested in version 1/);
  assert.match(await unknown([withStep({}, 2)], {}), /unknown_definition/);
  assert.match(await unknown([withStep({ name: "other" })], {}), /with a step one in this place/);
  assert.match(await unknown([withStep({})], { input: { n: "x" } }), /^give up: invalid_input n: /);
});

Deno.test("a definition that cannot be stops the boot", () => {
  const one = step({ name: "one", action: () => Promise.resolve(null) });
  assert.throws(() => defineSaga({ name: "tested", version: 1, input, steps: [one, one] }), /two steps are named one/);
  assert.throws(
    () => defineSaga({ name: "Tested", version: 0, input, steps: [] }),
    /snake_case.*1 to 50.*counts from 1/,
  );
  assert.throws(() => defineSaga({ name: "tested", version: 1, input, steps: [{ ...one, timeout: 600 }] }), /too long/);
});
