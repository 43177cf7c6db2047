import type { z } from "zod";
import type { Capability } from "./define.ts";

/** What an organization's plugin may know of a request. Credentials are never in it. */
export interface PluginRequest {
  readonly method: string;
  /** Below the service's endpoint. */
  readonly path: string;
  readonly query: string;
  readonly headers: Headers;
  readonly organizationId: string;
  readonly service: { readonly id: string; readonly name: string };
  readonly caller: { readonly kind: string; readonly id: string | null };
  /** Milliseconds since the epoch. */
  readonly askedAt: number;
}

export interface PluginResponse {
  readonly status: number;
  readonly headers: Headers;
  /** With `response:body`: all of it, or null where it is longer. The client does not wait for it. */
  readonly body?: (mostBytes: number) => Promise<Uint8Array<ArrayBuffer> | null>;
}

export interface StoredAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer>;
  /** Seconds since it was stored. */
  readonly age: number;
}

/** Kept answers of one organization. */
export interface AnswerCache {
  lookup(keys: readonly string[]): Promise<StoredAnswer | null>;
  store(key: string, answer: Omit<StoredAnswer, "age">, ttlSeconds: number, askedAt: number): Promise<void>;
  /** Of one service, or all. */
  invalidate(serviceId?: string): Promise<void>;
  /** For the metrics. */
  count(result: "hit" | "miss" | "bypass"): void;
}

/** What happened. No data: whoever wants it asks. */
export interface PluginEvent {
  readonly id: string;
  readonly type: string;
  readonly aggregate_type: string;
  readonly aggregate_id: string;
}

interface Context<Config> {
  readonly config: Config;
  /** Fires when the time is up. What is done from then on, nobody waits for. */
  readonly signal: AbortSignal;
  /** With `cache`. */
  readonly cache?: AnswerCache;
}

export interface RequestContext<Config> extends Context<Config> {
  readonly request: PluginRequest;
}

export interface ResponseContext<Config> extends Context<Config> {
  readonly request: PluginRequest;
  readonly response: PluginResponse;
  /** The plugin that answered in the service's place. */
  readonly answeredBy?: string;
  /** With `log:mask`: what will be logged of this request. */
  readonly log?: Readonly<Record<string, string>>;
  /** Work that outlives the hook, such as storing a body once it has been read; it counts as the plugin's all the same. */
  later(work: Promise<unknown>): void;
}

export interface EventContext<Config> extends Context<Config> {
  readonly organizationId: string;
}

export interface Hooks<Config = unknown> {
  /** Headers to pass on, or an answer. */
  beforeRequest?(context: RequestContext<Config>): Promise<BeforeResult> | BeforeResult;
  /** Headers to answer with, or another record for the log. */
  afterRequest?(context: ResponseContext<Config>): Promise<AfterResult> | AfterResult;
  onEvent?(event: PluginEvent, context: EventContext<Config>): Promise<void> | void;
}

export type BeforeResult = { readonly headers?: Record<string, string>; readonly answer?: Response } | void;
export type AfterResult = {
  readonly headers?: Record<string, string>;
  readonly log?: Readonly<Record<string, string>>;
} | void;

/** A plugin as `definePlugin` checked it. */
export interface Plugin {
  readonly name: string;
  readonly version: string;
  readonly capabilities: ReadonlySet<Capability>;
  readonly hooks: Hooks;
  readonly budgets: Readonly<Record<keyof Hooks, number>>;
  readonly config: z.ZodType;
}

/** A plugin that an organization uses, as the database knows it. */
export interface PluginUse {
  readonly name: string;
  readonly config: unknown;
  /** In a row. */
  readonly failures: number;
}
