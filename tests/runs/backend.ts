import type { Sql } from "postgres";
import type { ClaimedRun, RunBackend } from "../../shared/scheduling/runs.ts";
import { callAsService } from "../sagas/sql-backend.ts";

/** The backend of runs over a connection of one's own; `point` is told of each place where a worker can die. */
export function sqlRunBackend(sql: Sql, point: (name: string) => void = () => {}): RunBackend {
  const key = ({ run, lease_token }: ClaimedRun) => ({ run_id: run.id, lease_token });
  return {
    claim: async (lease_seconds) => {
      const claimed = await callAsService(sql, "claim_run", { lease_seconds }) as ClaimedRun | null;
      if (claimed) point("claimed");
      return claimed;
    },
    save: async (claim, state, progress, best, lease_seconds) => {
      point("worked");
      await callAsService(sql, "save_run", { ...key(claim), state, progress, best, lease_seconds });
      point("saved");
    },
    finish: async (claim, progress, best) => {
      point("done");
      await callAsService(sql, "finish_run", { ...key(claim), progress, best });
      point("finished");
    },
    fail: async (claim, code, message) => {
      await callAsService(sql, "fail_run", { ...key(claim), code, message });
    },
  };
}
