import { z } from "zod";
import { answerOf } from "../../../../shared/db/answer.ts";
import type { Handlers } from "../../../../shared/jobs/worker.ts";
import { safeFetch } from "../../../../shared/outbound/fetch.ts";

const Check = z.object({ service_id: z.guid(), internal: z.boolean(), url: z.string() });

/** A service that takes longer to say how it is, is not well. */
const timeoutMs = 5_000;

export const healthHandlers: Handlers = {
  /** Looks at a service's health once; what failures in a row mean, the database says. */
  check_service_health: async ({ payload }, { client }) => {
    const { service_id, internal, url } = Check.parse(payload);
    const started = performance.now();
    const error = await failureOf(url, internal);
    const latency_ms = Math.round(performance.now() - started);
    const report = { service_id, healthy: error === null, latency_ms, ...error !== null && { error } };
    await answerOf(client.rpc("report_service_health", report));
  },
};

/** Why it is not healthy, or null when it is. Nothing of its answer is kept. */
async function failureOf(url: string, internal: boolean): Promise<string | null> {
  try {
    // Our own functions may be at a private address: the project's own.
    const answer = internal
      ? await fetch(url, { signal: AbortSignal.timeout(timeoutMs), redirect: "manual" })
      : await safeFetch(url, {}, { timeoutMs, maxBytes: 65_536 });
    await answer.body?.cancel();
    return answer.ok ? null : `It answered ${answer.status}.`;
  } catch (failure) {
    return failure instanceof Error ? failure.message : String(failure);
  }
}
