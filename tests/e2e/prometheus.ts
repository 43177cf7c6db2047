export interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

export interface Metrics {
  types: Map<string, string>;
  samples: Sample[];
  text: string;
}

const line = /^([a-z_]+)(?:\{(.*)\})? (\S+)$/;
const label = /([a-z_]+)="((?:[^"\\]|\\.)*)"/g;

/** Reads Prometheus text format; a line that is none is an error. */
export function parseMetrics(text: string): Metrics {
  const types = new Map<string, string>();
  const samples: Sample[] = [];
  for (const row of text.split("\n").filter(Boolean)) {
    const comment = /^# (HELP|TYPE) (\S+) (.+)$/.exec(row);
    if (comment?.[1] === "TYPE") types.set(comment[2]!, comment[3]!);
    if (comment) continue;
    const [, name, labels = "", value] = line.exec(row) ?? [];
    if (!name) throw new Error(`no line of Prometheus text: ${row}`);
    const pairs = [...labels.matchAll(label)].map(([, key, quoted]) => [key!, quoted!]);
    samples.push({ name, labels: Object.fromEntries(pairs), value: Number(value) });
  }
  return { types, samples, text };
}

/** The sum of the samples with this name and these labels; 0 where there are none. */
export const valueOf = ({ samples }: Pick<Metrics, "samples">, name: string, labels: Record<string, string>): number =>
  samples.filter((sample) =>
    sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels[key] === value)
  ).reduce((sum, { value }) => sum + value, 0);
