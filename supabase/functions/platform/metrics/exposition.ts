import { Registry } from "prom-client";
import { families, type MetricFamily } from "../../../../shared/metrics/families.ts";
import { bounds } from "../../../../shared/metrics/meter.ts";
import type { Metric } from "./schemas.ts";

interface Sample {
  readonly metricName?: string;
  readonly labels: Record<string, string>;
  readonly value: number;
}

/** A metric whose values are those that Postgres keeps: functions come and go and hold none. */
class StoredMetric {
  readonly help: string;
  readonly type: MetricFamily["type"];
  readonly aggregator = "sum";

  constructor(readonly name: string, family: MetricFamily, readonly read: () => Metric[]) {
    this.help = family.help;
    this.type = family.type;
  }

  get() {
    const { name, help, type, aggregator } = this;
    const values = this.read().flatMap((metric) =>
      metric.buckets ? histogram(metric, metric.buckets) : [sample(metric)]
    );
    return Promise.resolve({ name, help, type, aggregator, values });
  }

  reset(): void {}
}

const sample = ({ labels, value }: Metric): Sample => ({ labels, value });

/** Buckets as Prometheus wants them: each holds all that the smaller ones do. */
function histogram({ name, labels, value }: Metric, buckets: number[]): Sample[] {
  let count = 0;
  const cumulative = buckets.map((inBucket, at) => {
    count += inBucket;
    return { metricName: `${name}_bucket`, labels: { ...labels, le: String(bounds[at] ?? "+Inf") }, value: count };
  });
  return [
    ...cumulative,
    { metricName: `${name}_sum`, labels, value },
    { metricName: `${name}_count`, labels, value: count },
  ];
}

export const contentType = Registry.PROMETHEUS_CONTENT_TYPE;

/**
 * The figures in Prometheus text format, with the type and meaning of each. A metric without figures is named all the same:
 * what dashboards and alerts ask for is there, and empty.
 */
export function expose(metrics: Metric[], whose: "platform" | "organization"): Promise<string> {
  const byName = Map.groupBy(metrics, ({ name }) => name);
  const registry = new Registry();
  for (const [name, family] of Object.entries(families)) {
    const shown = whose === "platform" ? !family.where : family.organization;
    if (!shown && !byName.has(name)) continue;
    const stored = new StoredMetric(name, family, () => byName.get(name) ?? []);
    registry.registerMetric(stored as unknown as Parameters<Registry["registerMetric"]>[0]);
  }
  return registry.metrics();
}
