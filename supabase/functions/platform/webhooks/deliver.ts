import type { SupabaseClient } from "@supabase/supabase-js";
import { answerOf } from "../../../../shared/db/answer.ts";
import type { Database, Json } from "../../../../shared/db/types.ts";
import { Problem } from "../../../../shared/http/problem.ts";
import { describeFailure, loggerOf } from "../../../../shared/log.ts";
import { meter } from "../../../../shared/metrics/meter.ts";
import type { OutboundOptions } from "../../../../shared/outbound/mod.ts";
import { type Message, type Outcome, send, type Target } from "./sender.ts";

/** A leased lane: the next events of one member of a webhook, to be sent one after the other. */
interface Claim extends Target {
  readonly webhook_id: string;
  readonly organization_id: string | null;
  readonly lease_token: string;
  readonly events: readonly Message[];
  readonly suspect?: boolean;
}

interface Settled {
  /** Send no more of this claim: the endpoint fails, or is no more. */
  readonly stop: boolean;
  /** Later events of what failed; the claim holds them no more. */
  readonly parked: readonly string[];
  readonly next?: Claim | null;
}

export interface DeliverOptions {
  readonly client: SupabaseClient<Database>;
  /** Take up nothing new after this time: a hosted worker has 150 s to its answer. */
  readonly milliseconds?: number;
  /** Leave when there was nothing to do for so long; the pump calls the next worker within a second. */
  readonly idleMilliseconds?: number;
  /** Nor make more calls than so many, to receivers and for more: a hosted request has 2 s of CPU. */
  readonly calls?: number;
  /** Lanes at once; of endpoints that failed the last time at most a third of them. */
  readonly lanes?: number;
  readonly batch?: number;
  readonly outbound?: OutboundOptions;
}

export interface DeliveryReport {
  delivered: number;
  failed: number;
  /** Whether it stopped while there was traffic. */
  more: boolean;
}

const log = loggerOf("webhooks");
const runtime = globalThis as { EdgeRuntime?: { waitUntil(work: Promise<unknown>): void } };
const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
/** Milliseconds between two looks for what is due: growing, while there is nothing, from the first to the last. */
const looks = { first: 40, last: 250 };

/**
 * Delivers what is due, and what becomes due while there is traffic. Lanes are worked side by side, so that no subscriber
 * waits for another; within a lane one event follows the other.
 */
export function deliverWebhooks(options: DeliverOptions): Promise<DeliveryReport> {
  const work = new Worker(options).run();
  // Whoever called may hang up after a few seconds: what was claimed is delivered all the same.
  runtime.EdgeRuntime?.waitUntil(work.catch(() => {}));
  return work;
}

class Worker {
  readonly #id = crypto.randomUUID();
  readonly #options: Required<Omit<DeliverOptions, "outbound">> & Pick<DeliverOptions, "outbound">;
  readonly #report: DeliveryReport = { delivered: 0, failed: 0, more: false };
  readonly #lanes = new Set<Promise<void>>();
  #suspects = 0;
  #looks = 0;
  #leaving = false;
  #lastAt = performance.now();

  constructor(options: DeliverOptions) {
    this.#options = {
      milliseconds: 50_000,
      idleMilliseconds: 10_000,
      calls: 2_000,
      lanes: 48,
      batch: 50,
      ...options,
    };
  }

  async run(): Promise<DeliveryReport> {
    const { client, milliseconds, idleMilliseconds } = this.#options;
    const until = performance.now() + milliseconds;
    let pause = looks.first;
    try {
      while (!this.#leaving) {
        const claims = await this.#claim();
        claims.forEach((claim) => this.#start(claim));
        const now = performance.now();
        this.#looks += 1;
        pause = claims.length > 0 ? looks.first : Math.min(pause * 1.2, looks.last);
        if (claims.length > 0 || this.#lanes.size > 0) this.#lastAt = now;
        this.#report.more = now >= until || this.#sent + this.#looks >= this.#options.calls;
        this.#leaving = this.#report.more || now - this.#lastAt >= idleMilliseconds;
        if (!this.#leaving) await wait(pause);
      }
    } finally {
      this.#leaving = true;
      await Promise.all(this.#lanes);
      await answerOf(client.rpc("leave_webhooks", { worker_id: this.#id })).catch(() => {});
    }
    return this.#report;
  }

  get #sent(): number {
    return this.#report.delivered + this.#report.failed;
  }

  async #claim(): Promise<Claim[]> {
    const { client, lanes, batch } = this.#options;
    const claimed = await answerOf(client.rpc("claim_webhooks", {
      worker_id: this.#id,
      room: Math.max(lanes - this.#lanes.size, 0),
      suspects_room: Math.max(Math.ceil(lanes / 3) - this.#suspects, 0),
      max_events: batch,
    }));
    return claimed as unknown as Claim[];
  }

  #start(claim: Claim): void {
    const suspect = Number(claim.suspect ?? false);
    this.#suspects += suspect;
    const lane = this.#work(claim)
      .catch((failure) => {
        // What was claimed comes again when its lease has ended.
        if (failure instanceof Problem && failure.code === "lease_lost") return;
        log.warn("lane given up", { webhook_id: claim.webhook_id, ...describeFailure(failure) });
      })
      .finally(() => {
        this.#suspects -= suspect;
        this.#lanes.delete(lane);
      });
    this.#lanes.add(lane);
  }

  async #work(first: Claim): Promise<void> {
    for (let claim: Claim | null | undefined = first; claim;) claim = await this.#deliver(claim);
  }

  /** Sends a claim's events in order; answers with the lane's next claim. */
  async #deliver(claim: Claim): Promise<Claim | null | undefined> {
    const parked = new Set<string>();
    let outcomes: Outcome[] = [];
    let settledAt = performance.now();
    for (const [index, message] of claim.events.entries()) {
      if (parked.has(message.id)) continue;
      const outcome = await this.#send(claim, message);
      outcomes.push(outcome);
      const last = !claim.events.slice(index + 1).some(({ id }) => !parked.has(id));
      if (!last && !outcome.error && !this.#leaving && performance.now() - settledAt < 1_000) continue;
      const then = this.#leaving ? "release" : last ? "next" : "hold";
      const settled = await this.#settle(claim, outcomes, then);
      if (settled.stop || then === "release") return null;
      if (last) return settled.next;
      settled.parked.forEach((id) => parked.add(id));
      outcomes = [];
      settledAt = performance.now();
    }
  }

  async #send(claim: Claim, message: Message): Promise<Outcome> {
    const outcome = await send(claim, message, this.#options.outbound);
    this.#report[outcome.error ? "failed" : "delivered"] += 1;
    const labels = { outcome: outcome.error ? "failed" : "delivered" };
    meter()?.observe("webhooks", labels, outcome.latency_ms, { organizationId: claim.organization_id ?? undefined });
    return outcome;
  }

  async #settle(claim: Claim, outcomes: readonly Outcome[], then: string): Promise<Settled> {
    const { client, batch } = this.#options;
    const { webhook_id, lease_token } = claim;
    const settled = await answerOf(client.rpc("settle_webhooks", {
      webhook_id,
      lease_token,
      outcomes: outcomes as unknown as Json,
      and_then: then,
      max_events: batch,
    }));
    return settled as unknown as Settled;
  }
}
