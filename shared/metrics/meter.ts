import { createAdminClient } from "@supabase/server/core";
import { answerOf } from "../db/answer.ts";
import type { Database } from "../db/types.ts";
import type { Settings } from "../env.ts";
import { describeFailure, loggerOf, withLogContext } from "../log.ts";
import { withSpan } from "../tracing/span.ts";

/** Upper bounds of the histograms' buckets, in seconds; the last one, without a bound, is not written here. */
export const bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

/** What functions count; `core.measures` accepts no other family. */
export type Family = "requests" | "jobs" | "webhooks" | "gateway_requests" | "cache" | "plugins" | "rate_limits";
export type Labels = Readonly<Record<string, string>>;

/** Whom it concerns: counted a second time under this organization, with fewer labels. */
export interface Whose {
  readonly organizationId?: string;
  readonly labels?: Labels;
}

/** One row of a batch, as `public.count_requests` takes it. */
export interface Measure {
  readonly family: Family;
  readonly labels: Labels;
  readonly organization_id?: string;
  count: number;
  seconds: number;
  buckets?: number[];
}

export interface MeterOptions {
  /** Writes a batch to the database. */
  readonly send: (batch: Measure[]) => Promise<void>;
  /** Milliseconds between two batches. */
  readonly every?: number;
  /** Series kept between two batches; the rest is counted under `other`. */
  readonly mostSeries?: number;
}

const runtime = globalThis as { EdgeRuntime?: { waitUntil(work: Promise<unknown>): void } };
const log = loggerOf("metrics");
const attempts = 10;

/**
 * Counts in memory and writes in batches, beside the requests and never in their way. A batch that fails is added to the
 * next one; after ten failures in a row it is logged instead.
 */
export class Meter {
  readonly #options: Required<MeterOptions>;
  #series = new Map<string, Measure>();
  #flushing: Promise<void> | undefined;
  #failures = 0;

  constructor(options: MeterOptions) {
    this.#options = { every: 2_000, mostSeries: 500, ...options };
  }

  /** Counts something that took this long. */
  observe(family: Family, labels: Labels, milliseconds: number, whose: Whose = {}): void {
    this.#add({ family, labels, count: 1, seconds: milliseconds / 1000, buckets: bucketsOf(milliseconds / 1000) });
    const { organizationId, labels: own = labels } = whose;
    if (organizationId) {
      const buckets = bucketsOf(milliseconds / 1000);
      const series = { family, labels: own, organization_id: organizationId.toLowerCase() };
      this.#add({ ...series, count: 1, seconds: milliseconds / 1000, buckets });
    }
    this.#schedule();
  }

  /** Counts something that has no duration. */
  count(family: Family, labels: Labels, whose: Whose = {}): void {
    this.#add({ family, labels, count: 1, seconds: 0 });
    const { organizationId, labels: own = labels } = whose;
    if (organizationId) {
      this.#add({ family, labels: own, organization_id: organizationId.toLowerCase(), count: 1, seconds: 0 });
    }
    this.#schedule();
  }

  /** Writes what has been counted; resolves when it is written, or kept for the next time. */
  async flush(): Promise<void> {
    const series = this.#series;
    if (series.size === 0) return;
    this.#series = new Map();
    try {
      // A batch belongs to no request, though one of them happened to start its timer.
      await withSpan("metrics flush", { parent: null }, () => this.#options.send([...series.values()]));
      this.#failures = 0;
    } catch (failure) {
      this.#failures += 1;
      this.#keep(series, failure);
    }
  }

  #keep(series: Map<string, Measure>, failure: unknown): void {
    const lost = this.#failures >= attempts;
    const kept = { series: series.size, attempt: this.#failures, ...describeFailure(failure) };
    if (!lost) log.warn("measures kept for later", kept);
    else {
      log.error("measures lost", { ...kept, lost: [...series.values()] });
      this.#failures = 0;
      return;
    }
    for (const measure of series.values()) this.#add(measure);
    this.#schedule();
  }

  #add(measure: Measure): void {
    const { family, labels, organization_id = "" } = measure;
    const key = JSON.stringify([organization_id, family, labels]);
    const present = this.#series.get(key);
    if (present) {
      present.count += measure.count;
      present.seconds += measure.seconds;
      measure.buckets?.forEach((count, at) => present.buckets![at]! += count);
    } else if (this.#series.size < this.#options.mostSeries || isOther(labels)) this.#series.set(key, measure);
    else this.#add({ ...measure, labels: Object.fromEntries(Object.keys(labels).map((name) => [name, "other"])) });
  }

  #schedule(): void {
    if (this.#flushing) return;
    const wait = this.#options.every * 2 ** Math.min(this.#failures, 5);
    this.#flushing = new Promise((resolve) => setTimeout(resolve, wait)).then(() => {
      this.#flushing = undefined;
      return withLogContext({ since: performance.now() }, () => this.flush());
    });
    runtime.EdgeRuntime?.waitUntil(this.#flushing);
  }
}

const isOther = (labels: Labels) => Object.values(labels).every((value) => value === "other");

function bucketsOf(seconds: number): number[] {
  const buckets = Array<number>(bounds.length + 1).fill(0);
  const at = bounds.findIndex((bound) => seconds <= bound);
  buckets[at < 0 ? bounds.length : at] = 1;
  return buckets;
}

let shared: Meter | undefined;

/** The meter of this isolate: whoever has something to count asks for it; undefined where nothing is counted. */
export const meter = (): Meter | undefined => shared;

/** Makes the isolate's meter, which writes with the function's own secret key. */
export function meterOf(settings: Settings): Meter {
  const client = createAdminClient<Database>({
    env: settings,
    supabaseOptions: { db: { retry: false, timeout: 5_000 } },
    auth: { keyName: "default" in settings.secretKeys ? "default" : Object.keys(settings.secretKeys)[0]! },
  });
  shared = new Meter({
    send: async (batch) =>
      void await answerOf(client.rpc("count_requests", { batch: JSON.parse(JSON.stringify(batch)) })),
  });
  // An isolate that is told to end writes what it has.
  addEventListener("beforeunload", () => runtime.EdgeRuntime?.waitUntil(shared!.flush()));
  return shared;
}
