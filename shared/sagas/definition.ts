import type { z } from "zod";
import type { Database, Json } from "../db/types.ts";

type Functions = Database["public"]["Functions"];

/** Calls a command as the service, within the step's time, shown to be of this saga: it is refused once that has gone on. */
export type Call = <Name extends keyof Functions>(
  name: Name,
  args: Functions[Name]["Args"],
) => Promise<Functions[Name]["Returns"]>;

/** What a step gets, the same at each attempt. */
export interface StepContext<Input> {
  readonly saga: {
    readonly id: string;
    readonly organizationId: string | null;
    readonly createdBy: string | null;
  };
  /** The saga's. */
  readonly input: Input;
  /** What an earlier step answered. Throws for one that is not done. */
  outputOf<Output>(step: Step<never, Output>): Output;
  /** What the slice before kept by `again(progress)`; null in the first. */
  readonly progress: Json | null;
  /** Counts from 1. */
  readonly attempt: number;
  /** Hand it to each command or service that has an effect: the same at each attempt, another for each slice. */
  readonly idempotencyKey: string;
  readonly call: Call;
  /** Fires when the step's time is over or the worker lost it. Pass it to each `fetch`. */
  readonly signal: AbortSignal;
}

export interface CompensationContext<Input, Output> extends StepContext<Input> {
  /** What the action answered; null when it never did, and may have half happened or not at all. */
  readonly output: Output | null;
}

/** A step that is not over: its next slice is another turn, of which a crash costs only itself. */
export class Again {
  constructor(readonly progress: Json) {}
}

/** Ends a slice; the next one finds `progress`. */
export const again = (progress: Json): Again => new Again(progress);

export interface Retry {
  /** How often the action is tried; 5 when left out. */
  readonly attempts?: number;
  /** How often the compensation is, before the saga is parked; 10 when left out. */
  readonly compensations?: number;
  /** Seconds before the second attempt, twice as many before each further one; 1 when left out. */
  readonly seconds?: number;
}

/**
 * A step. Both ways may run more than once, after a crash at any point: give the idempotency key to what has an effect.
 */
export interface Step<Input, Output> {
  readonly name: string;
  /** Checks what the action answers, and types it for later steps. At most 64 kB of JSON. */
  readonly output?: z.ZodType<Output>;
  action(context: StepContext<Input>): Promise<Output | Again>;
  /**
   * Undoes it, and does nothing where nothing was done. Left out: there is nothing to undo.
   */
  compensate?(context: CompensationContext<Input, Output>): Promise<unknown>;
  /** Seconds for one attempt or slice, 120 at most; 30 when left out. */
  readonly timeout?: number;
  readonly retry?: Retry;
}

export interface Saga<Input> {
  readonly name: string;
  /** Give changed steps a new number, and keep the old definition while sagas of it are under way. */
  readonly version: number;
  readonly input: z.ZodType<Input>;
  // Each step has an output type of its own; `outputOf` brings it back.
  // deno-lint-ignore no-explicit-any
  readonly steps: readonly Step<Input, any>[];
}

// deno-lint-ignore no-explicit-any
export type AnySaga = Saga<any>;

/**
 * Makes the `step` of sagas with this input, so that each step's types follow from it.
 *
 * ```ts
 * const step = stepsOf(PublishInput);
 * const reserve = step({ name: "reserve", action: ({ input, call, idempotencyKey }) => … });
 * ```
 */
export const stepsOf = <Input>(_input: z.ZodType<Input>) => <Output>(step: Step<Input, Output>): Step<Input, Output> =>
  step;

const word = /^[a-z][a-z0-9_]{0,59}$/;

/**
 * Checks a definition when the function boots.
 *
 * ```ts
 * export const publishPolicy = defineSaga({ name: "publish_policy", version: 1, input, steps: [reserve, publish] });
 * ```
 */
export function defineSaga<Input>(saga: Saga<Input>): Saga<Input> {
  const names = saga.steps.map(({ name }) => name);
  const faults = [
    ...[saga.name, ...names].filter((name) => !word.test(name)).map((name) => `${name} is no snake_case word`),
    ...names.filter((name, at) => names.indexOf(name) < at).map((name) => `two steps are named ${name}`),
    ...saga.steps.filter(({ timeout = 30 }) => timeout < 1 || timeout > 120).map(({ name }) =>
      `${name} takes too long`
    ),
  ];
  if (saga.steps.length < 1 || saga.steps.length > 50) faults.push("it has 1 to 50 steps");
  if (!Number.isInteger(saga.version) || saga.version < 1) faults.push("its version counts from 1");
  if (faults.length) throw new Error(`The saga ${saga.name} cannot be: ${faults.join("; ")}.`);
  return saga;
}

/** The steps as the database keeps them: a saga that has begun ends with these. */
export const planOf = ({ steps }: AnySaga) =>
  steps.map(({ name, compensate, timeout = 30, retry: { attempts = 5, compensations = 10, seconds = 1 } = {} }) => ({
    name,
    compensable: compensate !== undefined,
    timeout_seconds: Math.ceil(timeout),
    max_attempts: attempts,
    max_compensation_attempts: compensations,
    backoff_seconds: seconds,
  }));
