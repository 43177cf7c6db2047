import { answerOf } from "../../../shared/db/answer.ts";
import type { Json } from "../../../shared/db/types.ts";
import type { Settings } from "../../../shared/env.ts";
import { describeFailure, loggerOf } from "../../../shared/log.ts";
import { meter } from "../../../shared/metrics/meter.ts";
import type { Outcome } from "../../../shared/plugins/run.ts";
import { ownClient } from "./admission.ts";

const log = loggerOf("gateway");
const runtime = globalThis as { EdgeRuntime?: { waitUntil(work: Promise<unknown>): void } };

/** Work that nobody waits for. */
export function beside(work: Promise<unknown>): void {
  const told = work.catch((failure) => log.warn("left undone", describeFailure(failure)));
  runtime.EdgeRuntime?.waitUntil(told);
}

const settle = (settings: Settings, report: Record<string, Json>): void =>
  beside(answerOf(ownClient(settings).rpc("settle_requests", { reports: [report] })));

/** Tells the service's breaker how a call went. */
export const reportService = (settings: Settings, service_id: string, succeeded: boolean): void =>
  settle(settings, { kind: "service", service_id, succeeded });

/** Counts a plugin's run; the database hears of failures, and of the first success after some. */
export function reportPlugin(settings: Settings, organization_id: string, outcome: Outcome): void {
  const { plugin, hook, error, failuresBefore } = outcome;
  const labels = { plugin, hook, outcome: error ? "failed" : "succeeded" };
  meter()?.count("plugins", labels, { organizationId: organization_id });
  if (error) log.warn("plugin failed", { plugin, hook, error, organization_id });
  if (error || failuresBefore > 0) settle(settings, { kind: "plugin", organization_id, plugin, error: error ?? null });
}
