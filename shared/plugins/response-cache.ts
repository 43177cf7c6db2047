import { z } from "zod";
import { definePlugin } from "./define.ts";
import type { PluginRequest, PluginResponse } from "./types.ts";

const longestBody = 256 * 1024;

const Config = z.strictObject({
  /** Seconds that an answer is kept; five minutes at most. */
  ttl_seconds: z.int().min(1).max(300).default(300),
  /** Paths whose answers are kept; a `*` at the end stands for anything. */
  paths: z.array(z.string().startsWith("/").max(200)).max(50).default(["/*"]),
  /** Paths whose answers are the same for everyone in the organization. Of all others each caller has their own. */
  shared_paths: z.array(z.string().startsWith("/").max(200)).max(50).default([]),
  /** Types of events that end what is kept: `appointment.*`, `*`. */
  invalidated_by: z.array(z.string().max(100)).max(50).default(["*"]),
});
type Config = z.output<typeof Config>;

const fits = (text: string, patterns: readonly string[]): boolean =>
  patterns.some((pattern) => pattern.endsWith("*") ? text.startsWith(pattern.slice(0, -1)) : text === pattern);

const directives = (headers: Headers): string[] =>
  (headers.get("cache-control") ?? "").toLowerCase().split(",").map((part) => part.trim());

/** What asks for an answer of its own. */
const isSpecial = (headers: Headers): boolean =>
  ["range", "if-none-match", "if-modified-since", "if-match", "if-unmodified-since", "if-range"].some((name) =>
    headers.has(name)
  ) ||
  directives(headers).some((part) => ["no-cache", "no-store", "max-age=0"].includes(part));

/** Who is given the same answer: the organization, or in it one caller. */
async function keyOf(request: PluginRequest, shared: boolean): Promise<string> {
  const { organizationId, service, caller, path, query, headers } = request;
  const whose = shared ? "everyone" : `${caller.kind}:${caller.id ?? ""}`;
  const accept = [headers.get("accept") ?? "", headers.get("accept-language") ?? ""];
  const text = JSON.stringify([organizationId, service.id, whose, path, query, ...accept]);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Whether an answer may be kept: it says nothing against it, and depends on nothing that the key does not hold. */
export function mayKeep({ status, headers }: Pick<PluginResponse, "status" | "headers">, shared: boolean): boolean {
  if (status !== 200 || headers.has("set-cookie")) return false;
  if (directives(headers).some((part) => /^(no-store|no-cache|private|max-age=0)(=|$)/.test(part))) return false;
  const known = [
    "accept",
    "accept-language",
    "accept-encoding",
    "origin",
    ...shared ? [] : ["authorization", "x-api-key"],
  ];
  const varies = (headers.get("vary") ?? "").toLowerCase().split(",").map((name) => name.trim()).filter(Boolean);
  return varies.every((name) => known.includes(name));
}

/** Seconds that an answer may be kept: what it says itself, up to what the organization wants. */
function lifetime(headers: Headers, most: number): number {
  const said = directives(headers).map((part) => /^(?:s-maxage|max-age)=(\d+)$/.exec(part)?.[1]).filter(Boolean);
  return Math.min(most, ...said.map(Number));
}

const isShared = (request: PluginRequest, config: Config) => fits(request.path, config.shared_paths);
const isKept = (request: PluginRequest, config: Config) =>
  request.method === "GET" && request.caller.kind !== "guest" && fits(request.path, config.paths);

/**
 * Keeps answers to GET for five minutes. A kept answer is its organization's and, unless the organization says that a path
 * is the same for all of it, its caller's. Whatever happens in the organization ends it: events, and other methods that go
 * through the gateway to the same service.
 */
export const responseCache = definePlugin({
  name: "response-cache",
  version: "1.0.0",
  capabilities: [
    "request:read",
    "request:answer",
    "response:read",
    "response:body",
    "response:headers",
    "events:read",
    "cache",
  ],
  config: Config,
  budgets: { beforeRequest: 500, afterRequest: 500, onEvent: 5_000 },
  hooks: {
    async beforeRequest({ request, config, cache }) {
      if (!isKept(request, config)) return;
      if (isSpecial(request.headers)) return cache!.count("bypass");
      const kept = await cache!.lookup([await keyOf(request, isShared(request, config))]);
      cache!.count(kept ? "hit" : "miss");
      if (!kept) return;
      const headers = { ...kept.headers, age: String(kept.age), "x-cache": "hit" };
      return { answer: new Response(kept.body, { status: kept.status, headers }) };
    },
    async afterRequest({ request, response, answeredBy, config, cache, later }) {
      if (answeredBy) return; // kept again, it would never end
      if (!["GET", "HEAD", "OPTIONS"].includes(request.method)) {
        if (response.status < 400) await cache!.invalidate(request.service.id);
        return;
      }
      const shared = isShared(request, config);
      const ttl = lifetime(response.headers, config.ttl_seconds);
      if (!isKept(request, config) || isSpecial(request.headers) || !mayKeep(response, shared) || ttl < 1) return;
      later(keep());
      return { headers: { "x-cache": "miss" } };

      async function keep(): Promise<void> {
        const [key, body] = await Promise.all([keyOf(request, shared), response.body!(longestBody)]);
        if (!body) return;
        const names = ["content-type", "etag", "last-modified", "content-language", "link", "vary"];
        const headers = Object.fromEntries(names.flatMap((name) => {
          const value = response.headers.get(name);
          return value === null ? [] : [[name, value]];
        }));
        await cache!.store(key, { status: response.status, headers, body }, ttl, request.askedAt);
      }
    },
    async onEvent(event, { config, cache }) {
      if (fits(event.type, config.invalidated_by)) await cache!.invalidate();
    },
  },
});
