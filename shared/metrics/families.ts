/** A metric as `GET /platform/metrics` shows it; `docs/operations/metrics.md` is made from this table. */
export interface MetricFamily {
  readonly type: "counter" | "gauge" | "histogram";
  readonly help: string;
  readonly labels: readonly string[];
  /** Also shown to an organization: then its own figures only, with these labels. */
  readonly organization?: readonly string[];
  /** Shown only where its source is there. */
  readonly where?: string;
}

const requests = {
  almanac_http_request_duration_seconds: {
    type: "histogram",
    help: "Requests that functions answered, and how long each took until its answer began.",
    labels: ["service", "method", "route", "status"],
    organization: ["service", "status"],
  },
  almanac_job_duration_seconds: {
    type: "histogram",
    help: "Attempts at jobs, and how long each took.",
    labels: ["queue", "kind", "outcome"],
  },
  almanac_cache_requests_total: {
    type: "counter",
    help: "Requests for which the gateway looked for a kept answer.",
    labels: ["service", "result"],
  },
  almanac_rate_limited_total: {
    type: "counter",
    help: "Requests that the gateway refused because their caller had none left.",
    labels: ["service", "policy"],
    organization: ["service", "policy"],
  },
  almanac_plugin_runs_total: {
    type: "counter",
    help: "Runs of the gateway's plugins.",
    labels: ["plugin", "hook", "outcome"],
    organization: ["plugin", "hook", "outcome"],
  },
  almanac_gateway_upstream_duration_seconds: {
    type: "histogram",
    help: "Calls of the gateway to registered services, and how long each took.",
    labels: ["service", "outcome"],
    organization: ["service", "outcome"],
  },
} as const;

const events = {
  almanac_events_appended_total: {
    type: "counter",
    help: "Events appended to the log; types that organizations declared are one, `custom`, to the platform.",
    labels: ["type"],
    organization: ["type"],
  },
  almanac_event_log_positions_total: {
    type: "counter",
    help: "Positions of the log given out: events appended, and those of transactions that were rolled back.",
    labels: [],
  },
  almanac_event_counting_lag_seconds: {
    type: "gauge",
    help: "How far almanac_events_appended_total is behind the log.",
    labels: [],
  },
  almanac_ticker_lag_seconds: {
    type: "gauge",
    help: "Age of the oldest event that no tick has seen.",
    labels: [],
  },
  almanac_consumer_lag_seconds: {
    type: "gauge",
    help: "Age of the oldest tick that a consumer has not been given: 0 when it has all.",
    labels: ["consumer"],
  },
  almanac_partition_months_ahead: {
    type: "gauge",
    help: "How many of the coming three months have their partition.",
    labels: ["table"],
  },
  almanac_default_partition_rows: {
    type: "gauge",
    help: "Rows that found no month; 1000 means that many or more.",
    labels: ["table"],
  },
} as const;

const work = {
  almanac_queue_jobs: {
    type: "gauge",
    help: "Jobs that are not done, whether due or not; 100000 means that many or more.",
    labels: ["queue"],
  },
  almanac_queue_oldest_due_seconds: {
    type: "gauge",
    help: "For how long the oldest job of a queue has been due.",
    labels: ["queue"],
  },
  almanac_jobs_dead: { type: "gauge", help: "Jobs that failed for good.", labels: ["queue"] },
  almanac_webhook_delivery_duration_seconds: {
    type: "histogram",
    help: "Attempts at webhooks, and how long each took.",
    labels: ["outcome"],
    organization: ["outcome"],
  },
  almanac_subscriptions: {
    type: "gauge",
    help: "Subscriptions to events.",
    labels: ["delivery", "status"],
    organization: ["delivery", "status"],
  },
  almanac_subscription_lag_seconds: {
    type: "gauge",
    help: "For how long the slowest member of a subscription has been behind the log; the hundred furthest behind.",
    labels: ["subscription", "name"],
    organization: ["subscription", "name"],
  },
  almanac_subscription_waiting_events: {
    type: "gauge",
    help: "Events that failed and will be tried again, and those behind them.",
    labels: ["subscription", "name"],
    organization: ["subscription", "name"],
  },
  almanac_subscription_dead_events: {
    type: "gauge",
    help: "Dead letters of a subscription.",
    labels: ["subscription", "name"],
    organization: ["subscription", "name"],
  },
  almanac_sagas: {
    type: "gauge",
    help: "Sagas under way, and parked for a person; what ended is among the events.",
    labels: ["saga", "status"],
    organization: ["saga", "status"],
  },
  almanac_services: { type: "gauge", help: "Registered services.", labels: ["status"] },
  almanac_breakers: {
    type: "gauge",
    help: "Circuit breakers of targets that have failed.",
    labels: ["kind", "state"],
  },
} as const;

const statements = "pg_stat_statements is installed";

const database = {
  almanac_database_bytes: { type: "gauge", help: "Size of the database.", labels: [] },
  almanac_database_connections: { type: "gauge", help: "Sessions by what they are doing.", labels: ["state"] },
  almanac_database_connections_limit: { type: "gauge", help: "Sessions that the server admits.", labels: [] },
  almanac_database_transactions_total: { type: "counter", help: "Transactions that ended.", labels: ["outcome"] },
  almanac_database_blocks_total: { type: "counter", help: "Blocks read, from memory or from disk.", labels: ["from"] },
  almanac_database_deadlocks_total: { type: "counter", help: "Deadlocks.", labels: [] },
  almanac_table_bytes: {
    type: "gauge",
    help: "Size of the 20 largest tables, without indexes, as of their last vacuum.",
    labels: ["table"],
  },
  almanac_statement_seconds_total: {
    type: "counter",
    help: "Time spent in the ten statements that took most.",
    labels: ["queryid", "statement"],
    where: statements,
  },
  almanac_statement_calls_total: {
    type: "counter",
    help: "How often the ten statements that took most were run.",
    labels: ["queryid", "statement"],
    where: statements,
  },
} as const;

const ledger = "the ledger of model calls is there (`ai.metrics()`)";

const models = {
  almanac_ai_cost_usd_total: {
    type: "counter",
    help: "What calls of language models cost, in US dollars.",
    labels: ["model", "purpose"],
    where: ledger,
  },
  almanac_ai_tokens_total: {
    type: "counter",
    help: "Tokens that went to language models and came back.",
    labels: ["model", "direction"],
    where: ledger,
  },
} as const;

/** Every metric there is. */
export const families: Readonly<Record<string, MetricFamily>> = {
  ...requests,
  ...events,
  ...work,
  ...database,
  ...models,
};
