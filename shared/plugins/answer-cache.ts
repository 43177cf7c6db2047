import type { SupabaseClient } from "@supabase/supabase-js";
import { Buffer } from "node:buffer";
import { answerOf } from "../db/answer.ts";
import type { Database, Json } from "../db/types.ts";
import { meter } from "../metrics/meter.ts";
import type { AnswerCache, StoredAnswer } from "./types.ts";

interface Scope {
  readonly organizationId: string;
  /** None: of all services. */
  readonly service?: { readonly id: string; readonly name: string };
}

type Kept = { status: number; headers: Record<string, string>; body: string; age: number } | null;

/** The kept answers of an organization, in the database. */
export function answerCache(client: SupabaseClient<Database>, { organizationId, service }: Scope): AnswerCache {
  return {
    async lookup(keys): Promise<StoredAnswer | null> {
      const kept = await answerOf(client.rpc("cache_lookup", { keys: [...keys] })) as Kept;
      return kept && { ...kept, body: new Uint8Array(Buffer.from(kept.body, "base64")) };
    },
    async store(key, { status, headers, body }, ttlSeconds, askedAt) {
      const entry = {
        key,
        organization_id: organizationId,
        service_id: service?.id ?? null,
        status,
        headers: headers as Json,
        body: Buffer.from(body).toString("base64"),
        ttl_seconds: ttlSeconds,
        asked_at: new Date(askedAt).toISOString(),
      };
      await answerOf(client.rpc("cache_store", { entry }));
    },
    async invalidate(serviceId) {
      await answerOf(client.rpc("cache_invalidate", { organization_id: organizationId, service_id: serviceId }));
    },
    count: (result) => meter()?.count("cache", { service: service?.name ?? "all", result }),
  };
}
