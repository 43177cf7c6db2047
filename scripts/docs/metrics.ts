import { families } from "../../shared/metrics/families.ts";
import { bounds } from "../../shared/metrics/meter.ts";
import { table } from "./markdown.ts";

const code = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(", ");

/** docs/operations/metrics.md, from the table of families. */
export function metricsPage(): string {
  const rows = Object.entries(families).map(([name, { type, labels, organization, help, where }]) => [
    `\`${name}\``,
    type,
    code(labels),
    organization ? code(organization) || "yes" : "",
    where ? `${help} Where ${where}.` : help,
  ]);
  return `# Metrics

Made from \`shared/metrics/families.ts\` by \`deno task docs\`; edit that.

\`GET /functions/v1/platform/metrics\` answers in Prometheus text format. With a secret key of the project it shows the whole
platform; with an API key, or a user's token and \`organization_id\`, the figures of one organization, for which the
permission \`metrics.read\` is needed. Give Prometheus a secret key of its own, which can be revoked by itself:

\`\`\`yaml
scrape_configs:
  - job_name: almanac
    metrics_path: /functions/v1/platform/metrics
    scrape_interval: 15s
    scheme: https
    http_headers:
      apikey:
        files: [/etc/prometheus/almanac-secret-key]
    static_configs:
      - targets: [your-ref.supabase.co]
\`\`\`

Counters and histograms are kept in Postgres, since functions come and go: a function counts in memory and writes a batch
every two seconds, beside its requests. What a function that is killed had not written is lost, two seconds' worth at
most; a batch that could not be written is kept for the next, and after ten failures logged (\`measures lost\`). A batch
whose answer got lost is counted twice. Events are counted from the log every ten seconds, so that no append has to. Buckets
end at ${bounds.join(", ")} s.

Routes are templates (\`/appointments/:id\`), what no route answers is \`unmatched\`. There are 3,000 series at most, 200 of
an organization; what would be one too many has the value \`other\` in every label. A series that nothing was added to for
30 days ends. Calls of the Data API that pass no function are not among the requests: count those by the platform's own log.

${table(["Name", "Type", "Labels", "Of an organization", "Meaning"], rows)}`;
}
