import { createAdminClient } from "@supabase/server/core";
import { answerOf } from "../../../../shared/db/answer.ts";
import { newestMigration } from "../../../../shared/db/newest-migration.ts";
import type { Database } from "../../../../shared/db/types.ts";
import type { Settings } from "../../../../shared/env.ts";
import { describeFailure, loggerOf } from "../../../../shared/log.ts";
import { tracedFetch } from "../../../../shared/tracing/span.ts";
import { type Check, DatabaseHealth, DatabaseReadiness, type HealthReport, type Status } from "./schemas.ts";

/** Milliseconds within which the database has to answer. */
const patience = 3_000;
/** Milliseconds for which an answer serves everyone who asks: whoever asks all the time costs one query a second. */
const fresh = 1_000;
/** Milliseconds by which the clocks may differ: tokens and leases are measured by both. */
const mostSkew = 5_000;

const log = loggerOf("platform");
const severity: Status[] = ["ok", "degraded", "failed"];

const clientOf = (settings: Settings) =>
  createAdminClient<Database>({
    env: settings,
    supabaseOptions: { db: { retry: false, timeout: patience }, global: { fetch: tracedFetch } },
    auth: { keyName: "default" in settings.secretKeys ? "default" : Object.keys(settings.secretKeys)[0]! },
  });

/** Whether the platform is well, as of a second ago at most. */
export const healthOf = shared(async (settings) => {
  try {
    const asked = Date.now();
    const health = DatabaseHealth.parse(await answerOf(clientOf(settings).rpc("platform_health")));
    return [{ name: "database", status: "ok", detail: "it answered" }, clockCheck(health.now, asked), ...health.checks];
  } catch (failure) {
    return [unreachable(failure)];
  }
});

/** Whether all that this release needs is in place, as of a second ago at most. */
export const readinessOf = shared(async (settings) => {
  const named = "jobs" in settings.secretKeys;
  const keys: Check = {
    name: "keys",
    status: named ? "ok" : "failed",
    detail: named ? "there is a secret key named jobs" : "make a secret key with the name jobs",
  };
  try {
    const rpc = clientOf(settings).rpc("platform_readiness", { migration: newestMigration });
    return [
      { name: "database", status: "ok", detail: "it answered" },
      keys,
      ...DatabaseReadiness.parse(await answerOf(rpc)),
    ];
  } catch (failure) {
    return [unreachable(failure), keys];
  }
});

function unreachable(failure: unknown): Check {
  log.error("database check failed", describeFailure(failure));
  return { name: "database", status: "failed", detail: "it did not answer within three seconds, or refused" };
}

/** The database's clock against the function's, less the time the question was under way. */
function clockCheck(now: string, asked: number): Check {
  const its = Date.parse(now);
  const skew = its < asked ? asked - its : Math.max(0, its - Date.now());
  return { name: "clock", status: skew > mostSkew ? "degraded" : "ok", detail: `clocks differ by ${skew} ms` };
}

function shared(ask: (settings: Settings) => Promise<Check[]>): (settings: Settings) => Promise<Check[]> {
  let last: { at: number; settings: Settings; checks: Promise<Check[]> } | undefined;
  return (settings) => {
    if (!last || last.settings !== settings || performance.now() - last.at > fresh) {
      last = { at: performance.now(), settings, checks: ask(settings) };
    }
    return last.checks;
  };
}

/** The report for whoever asks: without a secret key it says how, but not why. */
export function reportOf(checks: Check[], withDetails: boolean): HealthReport {
  const worst = Math.max(...checks.map(({ status }) => severity.indexOf(status)));
  const shown = ({ name, status, detail }: Check) => withDetails ? { name, status, detail } : { name, status };
  return { status: severity[worst]!, checks: checks.map(shown) };
}
