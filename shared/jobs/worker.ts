import { SpanStatusCode } from "@opentelemetry/api";
import type { SupabaseClient } from "@supabase/supabase-js";
import { answerOf } from "../db/answer.ts";
import type { Database, Json } from "../db/types.ts";
import { Problem } from "../http/problem.ts";
import { describeFailure, loggerOf, withLogContext } from "../log.ts";
import { meter } from "../metrics/meter.ts";
import { withSpan } from "../tracing/span.ts";

/** A leased job. It may come twice: handlers are idempotent, by `event_id` where there is one. */
export interface Job {
  readonly id: number;
  readonly kind: string;
  readonly payload: Json;
  readonly event_id: string | null;
  readonly attempts: number;
  readonly lease_token: string;
  /** Of what led to it: the job's span continues that trace. */
  readonly traceparent?: string | null;
}

export interface JobContext {
  /** Acts as the service, with the key that the worker was called with. */
  readonly client: SupabaseClient<Database>;
  /** Fires when the lease is lost: what is done from then on, another worker does too. */
  readonly signal: AbortSignal;
}

export type Handlers = Record<string, (job: Job, context: JobContext) => Promise<void>>;

export interface DrainOptions {
  readonly client: SupabaseClient<Database>;
  readonly queue: string;
  readonly handlers: Handlers;
  /** Claim no more after this time. A hosted worker lives for 150 s. */
  readonly milliseconds?: number;
  /** Nor after so many jobs: a hosted request has 2 s of CPU. */
  readonly jobs?: number;
  readonly batch?: number;
  readonly leaseSeconds?: number;
}

export interface Report {
  completed: number;
  failed: number;
  more: boolean;
}

const log = loggerOf("jobs");

/**
 * Claims and runs jobs of a queue until it is empty or the time is up. A job that fails goes back with a growing delay;
 * one whose lease was lost is left to the worker that has it now.
 *
 * ```ts
 * const report = await drain({ client, queue: "appointments", handlers: { refresh_day: async (job) => { … } } });
 * ```
 */
export function drain(options: DrainOptions): Promise<Report> {
  const work = workThrough(options);
  // Whoever called may hang up after a few seconds: the worker then still finishes what it has claimed.
  runtime.EdgeRuntime?.waitUntil(work.catch(() => {}));
  return work;
}

const runtime = globalThis as { EdgeRuntime?: { waitUntil(work: Promise<unknown>): void } };

async function workThrough(options: DrainOptions): Promise<Report> {
  const { client, queue, milliseconds = 60_000, jobs = 200, batch = 10, leaseSeconds = 60 } = options;
  const until = performance.now() + milliseconds;
  const report: Report = { completed: 0, failed: 0, more: true };
  while (performance.now() < until && report.completed + report.failed < jobs) {
    const claimed = await answerOf(client.rpc("claim_jobs", { queue, max_jobs: batch, lease_seconds: leaseSeconds }));
    if (claimed.length === 0) return { ...report, more: false };
    await runBatch(claimed, options, leaseSeconds, report);
  }
  return report;
}

async function runBatch(claimed: Job[], options: DrainOptions, leaseSeconds: number, report: Report): Promise<void> {
  const leases = new Map(claimed.map((job) => [job, new AbortController()]));
  const extendAll = () =>
    leases.forEach((lease, { id, lease_token }) => {
      const extended = answerOf(options.client.rpc("extend_job", { id, lease_token, seconds: leaseSeconds }));
      extended.catch((failure) => isLeaseLost(failure) && lease.abort());
    });
  const timer = setInterval(extendAll, leaseSeconds * 500);
  try {
    for (const job of claimed) {
      const { signal } = leases.get(job)!;
      if (!signal.aborted) report[await run(job, options, signal) ? "completed" : "failed"] += 1;
      leases.delete(job);
    }
  } finally {
    clearInterval(timer);
  }
}

/** A span that continues the trace of what enqueued the job, whatever called this worker. */
function run(job: Job, options: DrainOptions, signal: AbortSignal): Promise<boolean> {
  const { queue } = options;
  const { id, kind, attempts, traceparent } = job;
  const attributes = {
    "almanac.queue": queue,
    "almanac.job.id": id,
    "almanac.job.kind": kind,
    "almanac.attempt": attempts,
  };
  const event = eventOf(job);
  const span = { parent: traceparent ?? null, kind: "consumer", attributes, headers: event.headers } as const;
  return withSpan(`job ${kind}`, span, (current) => {
    const since = performance.now();
    const organization = () => event.organizationId;
    return withLogContext({ job_id: id, organization, since }, async () => {
      const done = await attempt(job, options, signal);
      if (!done) current.setStatus({ code: SpanStatusCode.ERROR });
      const labels = {
        queue,
        kind: kind in options.handlers ? kind : "unknown",
        outcome: done ? "completed" : "failed",
      };
      meter()?.observe("jobs", labels, performance.now() - since);
      return done;
    });
  });
}

/** What a job's payload says of the event it came from; events that its commands append name it as their cause. */
function eventOf({ payload, event_id }: Job): { organizationId?: string; headers: Record<string, string> } {
  const event = (event_id ? payload : {}) as Record<string, unknown>;
  const text = (...names: string[]) => names.map((name) => event[name]).find((value) => typeof value === "string");
  const correlation = text("correlation_id", "correlationid") as string | undefined;
  return {
    organizationId: text("organization_id", "organizationid") as string | undefined,
    headers: {
      ...(correlation ? { "x-correlation-id": correlation } : {}),
      ...(event_id ? { "x-causation-id": event_id } : {}),
    },
  };
}

async function attempt(job: Job, { client, queue, handlers }: DrainOptions, signal: AbortSignal): Promise<boolean> {
  const { id, kind, lease_token } = job;
  try {
    const handler = handlers[kind];
    if (!handler) throw new Error(`no handler for jobs of kind ${kind}`);
    await handler(job, { client, signal });
    await answerOf(client.rpc("complete_job", { id, lease_token }));
    return true;
  } catch (failure) {
    log.warn("job failed", { queue, kind, job_id: id, attempt: job.attempts, ...describeFailure(failure) });
    if (!isLeaseLost(failure)) {
      // When this fails too, the lease runs out and the job comes back all the same.
      const error = failure instanceof Error ? failure.message : String(failure);
      await answerOf(client.rpc("fail_job", { id, lease_token, error })).catch(() => {});
    }
    return false;
  }
}

const isLeaseLost = (failure: unknown): boolean => failure instanceof Problem && failure.code === "lease_lost";
