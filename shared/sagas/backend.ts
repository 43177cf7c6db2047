import type { SupabaseClient } from "@supabase/supabase-js";
import { z } from "zod";
import { answerOf } from "../db/answer.ts";
import type { Database, Json } from "../db/types.ts";
import type { planOf } from "./definition.ts";

const json = z.json().transform((value) => value as Json);

/** A step as `claim_saga` hands it out. */
export const Claimed = z.object({
  id: z.guid(),
  organization_id: z.guid().nullable(),
  name: z.string(),
  version: z.int().nullable(),
  direction: z.enum(["do", "undo"]),
  input: json,
  created_by: z.guid().nullable(),
  lease_token: z.guid(),
  correlation_id: z.guid(),
  traceparent: z.string().nullable(),
  step: z.object({
    position: z.int(),
    name: z.string(),
    input: z.object({ outputs: z.record(z.string(), json) }),
    output: json.nullable(),
    progress: json.nullable(),
    timeout_seconds: z.int(),
    attempt: z.int(),
    idempotency_key: z.string(),
  }).nullable(),
});
export type Claimed = z.infer<typeof Claimed>;

/** What a job of kind advance_saga carries. */
export const Turn = z.object({ saga_id: z.guid(), turn: z.int() });
export type Turn = z.infer<typeof Turn>;

export interface Fault {
  readonly code: string;
  readonly message: string;
}

/** What the engine asks of the database: each a transaction of its own. */
export interface Backend {
  claim(turn: Turn): Promise<Claimed | null>;
  plan(claimed: Claimed, version: number, steps: ReturnType<typeof planOf>): Promise<Claimed | null>;
  record(claimed: Claimed, output: Json, more: boolean): Promise<void>;
  fail(claimed: Claimed, fault: Fault, final: boolean): Promise<void>;
  giveUp(claimed: Claimed, fault: Fault): Promise<void>;
  /** A command on behalf of the step that is claimed. */
  call(claimed: Claimed, name: string, args: Record<string, unknown>, signal: AbortSignal): Promise<unknown>;
}

/** The trail: all that comes of a saga has its correlation id and trace. */
export const trailOf = ({ id, correlation_id, traceparent }: Claimed): Record<string, string> => ({
  "x-correlation-id": correlation_id,
  "x-causation-id": id,
  ...(traceparent ? { traceparent } : {}),
});

/** The fence: shown with each call of a step, which is refused once the saga has gone on without it. */
export const fenceOf = ({ id, lease_token }: Claimed): Record<string, string> => ({
  "x-saga-step": `${id}:${lease_token}`,
});

/** The database by PostgREST, with a client that acts as the service. */
export function backendOf(client: SupabaseClient<Database>): Backend {
  const rpc = async (name: string, args: object, headers: Record<string, string>, signal?: AbortSignal) => {
    let query = client.rpc(name as never, args as never);
    for (const [header, value] of Object.entries(headers)) query = query.setHeader(header, value);
    return await answerOf(signal ? query.abortSignal(signal) : query) as unknown;
  };
  const claimedOf = (answer: unknown) => answer === null ? null : Claimed.parse(answer);
  const own = ({ id, lease_token }: Claimed) => ({ saga_id: id, lease_token });
  return {
    claim: async (turn) => claimedOf(await rpc("claim_saga", turn, {})),
    plan: async (claimed, version, steps) =>
      claimedOf(await rpc("plan_saga", { ...own(claimed), version, steps }, trailOf(claimed))),
    record: async (claimed, output, more) => {
      await rpc("record_saga_step", { ...own(claimed), output, more }, trailOf(claimed));
    },
    fail: async (claimed, error, final) => {
      await rpc("fail_saga_step", { ...own(claimed), error, final }, trailOf(claimed));
    },
    giveUp: async (claimed, error) => {
      await rpc("give_up_saga", { ...own(claimed), error }, trailOf(claimed));
    },
    call: (claimed, name, args, signal) => rpc(name, args, { ...trailOf(claimed), ...fenceOf(claimed) }, signal),
  };
}
