import type { Json } from "../db/types.ts";
import { Problem } from "../http/problem.ts";
import type { Handlers } from "../jobs/worker.ts";
import { describeFailure, loggerOf } from "../log.ts";
import { type Backend, backendOf, type Claimed, type Fault, Turn } from "./backend.ts";
import { Again, type AnySaga, type Call, planOf, type Step, type StepContext } from "./definition.ts";

const log = loggerOf("sagas");

export interface AdvanceOptions {
  readonly definitions: readonly AnySaga[];
  readonly backend: Backend;
  /** Fires when the job went to another worker. */
  readonly signal: AbortSignal;
}

/**
 * The handler of the jobs that advance sagas, for a function's `jobs.ts`: one turn a job.
 *
 * ```ts
 * const handlers: Handlers = { ...sagaHandlers([publishPolicy]) };
 * ```
 */
export const sagaHandlers = (definitions: readonly AnySaga[]): Handlers => ({
  advance_saga: ({ payload }, { client, signal }) =>
    advance(Turn.parse(payload), { definitions, backend: backendOf(client), signal }),
});

/**
 * Runs the step whose turn it is, forward or back, and records what came of it. Wherever this stops, the lease ends and
 * the same step comes again with the same idempotency key.
 */
export async function advance(turn: Turn, { definitions, backend, signal }: AdvanceOptions): Promise<void> {
  const claimed = await backend.claim(turn);
  if (!claimed) return;
  const definition = find(definitions, claimed);
  if (!definition) return await backend.giveUp(claimed, unknownDefinition(claimed));
  const input = definition.input.safeParse(claimed.input);
  if (!input.success) {
    const [issue] = input.error.issues;
    const message = `${issue?.path.join(".") || "input"}: ${issue?.message}`;
    return await backend.giveUp(claimed, { code: "invalid_input", message });
  }
  const planned = claimed.step ? claimed : await backend.plan(claimed, definition.version, planOf(definition));
  if (!planned?.step) return;
  const step = definition.steps[planned.step.position - 1];
  if (step?.name !== planned.step.name) return await backend.giveUp(planned, unknownDefinition(planned));
  await run(step, planned, input.data, { definitions, backend, signal });
}

const find = (definitions: readonly AnySaga[], { name, version }: Claimed): AnySaga | undefined =>
  definitions.filter((definition) => definition.name === name && (version === null || definition.version === version))
    .sort((one, other) => other.version - one.version)[0];

const unknownDefinition = ({ name, version, step }: Claimed): Fault => ({
  code: "unknown_definition",
  message: `No worker here knows ${name}${version === null ? "" : ` in version ${version}`}${
    step ? ` with a step ${step.name} in this place` : ""
  }: deploy the function that defines it, then retry.`,
});

// deno-lint-ignore no-explicit-any
async function run(step: Step<any, any>, claimed: Claimed, input: unknown, options: AdvanceOptions): Promise<void> {
  const { backend, signal } = options;
  const timer = new AbortController();
  const timeout = setTimeout(() => timer.abort(new StepTimedOut()), claimed.step!.timeout_seconds * 1_000);
  try {
    const within = AbortSignal.any([timer.signal, signal]);
    const answer = await unlessAborted(attempt(step, claimed, input, backend, within), within);
    if (answer instanceof Again) return await backend.record(claimed, answer.progress, true);
    const output = claimed.direction === "do" && step.output ? step.output.parse(answer) : answer;
    await backend.record(claimed, (output ?? null) as Json, false);
  } catch (failure) {
    // The job was lost, or the saga: whoever has it now runs the step again.
    if (signal.aborted || isLost(failure)) throw failure;
    const { direction, name } = claimed;
    log.warn("step failed", {
      saga: name,
      saga_id: claimed.id,
      step: step.name,
      direction,
      ...describeFailure(failure),
    });
    await backend.fail(claimed, faultOf(failure), isFinal(failure));
  } finally {
    clearTimeout(timeout);
  }
}

// deno-lint-ignore no-explicit-any
async function attempt(step: Step<any, any>, claimed: Claimed, input: unknown, backend: Backend, signal: AbortSignal) {
  const { outputs } = claimed.step!.input;
  const context: StepContext<unknown> = {
    saga: { id: claimed.id, organizationId: claimed.organization_id, createdBy: claimed.created_by },
    input,
    outputOf(earlier) {
      const output = outputs[earlier.name];
      if (output === undefined) {
        throw new Error(`${step.name} asks for the output of ${earlier.name}, which is not done`);
      }
      return earlier.output ? earlier.output.parse(output) : output as never;
    },
    progress: claimed.step!.progress,
    attempt: claimed.step!.attempt,
    idempotencyKey: claimed.step!.idempotency_key,
    call: ((name, args) => backend.call(claimed, name, args as Record<string, unknown>, signal)) as Call,
    signal,
  };
  if (claimed.direction === "do") return await step.action(context);
  const answer = await step.compensate?.({ ...context, output: claimed.step!.output });
  return answer instanceof Again ? answer : null;
}

class StepTimedOut extends Error {
  override name = "StepTimedOut";
}

/** An action that does not heed its signal is left behind: what it still asks of the database is refused by the fence. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    work.then(resolve, (failure) => reject(signal.aborted ? signal.reason : failure));
  });
}

const isLost = (failure: unknown): boolean => failure instanceof Problem && failure.code === "lease_lost";

/** Refusals that another attempt would only hear again. */
const finalStatuses = new Set([400, 403, 404, 405, 409, 410, 413, 415, 422]);
const isFinal = (failure: unknown): boolean =>
  failure instanceof Problem && finalStatuses.has(failure.status) && failure.code !== "conflict";

/** What those who manage the organization are told; what the inside says of itself goes to the log alone. */
function faultOf(failure: unknown): Fault {
  if (failure instanceof StepTimedOut) return { code: "timed_out", message: "The step did not end within its time." };
  if (failure instanceof Problem) return { code: failure.code, message: failure.detail };
  return { code: "internal", message: "The step failed on our side; the platform's log tells why." };
}
