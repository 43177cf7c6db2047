import type { SupabaseClient } from "@supabase/supabase-js";
import { answerOf } from "../db/answer.ts";
import type { Database, Json } from "../db/types.ts";
import type { LeagueDocument } from "./document.ts";

/** A run under the lease of one worker. */
export interface ClaimedRun {
  readonly run: {
    readonly id: string;
    readonly schedule_id: string;
    readonly seed: number;
    readonly seconds: number | null;
    readonly evaluations: number | null;
    readonly done_evaluations: number;
    readonly started_from: "current" | "scratch";
    readonly milliseconds: number;
  };
  readonly input: LeagueDocument;
  /** Base64; null before the first slice has been saved. */
  readonly state: string | null;
  /** Evaluations a millisecond, as last measured. */
  readonly speed: number | null;
  readonly lease_token: string;
}

/** How far a run is, as it is stored. Penalties are those of the best schedule so far. */
export interface StoredProgress {
  evaluations: number;
  of?: number;
  hard?: number;
  soft?: number;
  violated?: number;
  start_hard?: number;
  start_soft?: number;
  started_from?: "current" | "scratch";
  milliseconds: number;
  speed?: number;
}

/** Where a game is put; `game` is the id of the one there is. */
export interface NamedPlacement {
  game: string | null;
  round: number;
  home: string;
  away: string;
}

/** What a worker asks of the database. Each refuses with `lease_lost` once the run is another's, or over. */
export interface RunBackend {
  claim(leaseSeconds: number): Promise<ClaimedRun | null>;
  /** Gives the run back, unless it is kept for so many seconds more. */
  save(
    claim: ClaimedRun,
    state: string,
    progress: StoredProgress,
    best: NamedPlacement[],
    keepSeconds?: number,
  ): Promise<void>;
  finish(claim: ClaimedRun, progress: StoredProgress, best: NamedPlacement[]): Promise<void>;
  fail(claim: ClaimedRun, code: string, message: string): Promise<void>;
}

const key = ({ run, lease_token }: ClaimedRun) => ({ run_id: run.id, lease_token });

/** The backend over the Data API, with a secret key. */
export function runBackend(client: SupabaseClient<Database>): RunBackend {
  const json = (value: unknown) => value as NonNullable<Json>;
  return {
    claim: async (lease_seconds) =>
      await answerOf(client.rpc("claim_run", { lease_seconds })) as unknown as ClaimedRun | null,
    save: async (claim, state, progress, best, lease_seconds) => {
      await answerOf(client.rpc("save_run", {
        ...key(claim),
        state,
        progress: json(progress),
        best: json(best),
        ...(lease_seconds === undefined ? {} : { lease_seconds }),
      }));
    },
    finish: async (claim, progress, best) => {
      await answerOf(client.rpc("finish_run", { ...key(claim), progress: json(progress), best: json(best) }));
    },
    fail: async (claim, code, message) => {
      await answerOf(client.rpc("fail_run", { ...key(claim), code, message }));
    },
  };
}
