import { z } from "zod";
import { answerOf } from "../../../../shared/db/answer.ts";
import type { Job, JobContext } from "../../../../shared/jobs/worker.ts";
import { meter } from "../../../../shared/metrics/meter.ts";
import { answerCache } from "../../../../shared/plugins/answer-cache.ts";
import { plugins } from "../../../../shared/plugins/registry.ts";
import { type Outcome, PluginRunner } from "../../../../shared/plugins/run.ts";

const Payload = z.object({
  organization_id: z.guid(),
  plugin: z.string(),
  config: z.unknown(),
  events: z.array(z.object({ id: z.guid(), type: z.string(), aggregate_type: z.string(), aggregate_id: z.guid() })),
});

/** Tells an organization's plugin what happened: `core.hear_events` makes one job of what a second brought. */
export async function tellPlugins(job: Job, { client }: JobContext): Promise<void> {
  const { organization_id, plugin: name, config, events } = Payload.parse(job.payload);
  let failed: Outcome | undefined;
  const runner = new PluginRunner([{ name, config, failures: 0 }], plugins, (outcome) => {
    const labels = { plugin: name, hook: outcome.hook, outcome: outcome.error ? "failed" : "succeeded" };
    meter()?.count("plugins", labels, { organizationId: organization_id });
    if (outcome.error) failed = outcome;
  });
  for (const active of runner.having("onEvent")) {
    const cache = active.plugin.capabilities.has("cache")
      ? answerCache(client, { organizationId: organization_id })
      : undefined;
    for (const event of events) {
      await runner.run(
        active,
        "onEvent",
        (checked, signal) =>
          active.plugin.hooks.onEvent!(event, { organizationId: organization_id, config: checked, signal, cache }),
      );
      if (failed) break;
    }
  }
  if (!failed) return;
  const report = { kind: "plugin", organization_id, plugin: name, error: failed.error! };
  await answerOf(client.rpc("settle_requests", { reports: [report] }));
  throw new Error(`plugin ${name} failed: ${failed.error}`); // the job comes back: what is kept must not outlive its event
}
