import type { SupabaseClient } from "@supabase/supabase-js";
import { answerOf } from "../../../../shared/db/answer.ts";
import type { Database, Json } from "../../../../shared/db/types.ts";
import { Problem } from "../../../../shared/http/problem.ts";
import { loggerOf } from "../../../../shared/log.ts";
import { LeagueError } from "../../../../shared/optimizer/league.ts";
import { analyze } from "../../../../shared/optimizer/mod.ts";
import type { LeagueDocument } from "../../../../shared/scheduling/document.ts";
import { isOwn, leagueOf } from "../../../../shared/scheduling/league-of.ts";

const log = loggerOf("scheduling");

/** Measures every constraint of a schedule and records what changed. Games that change meanwhile have a measurement of their own. */
export async function measureSchedule(client: SupabaseClient<Database>, document: unknown): Promise<void> {
  const { schedule, ...rest } = document as LeagueDocument;
  const results = measurements({ schedule, ...rest });
  if (!results) return;
  try {
    await answerOf(client.rpc("record_analysis", {
      schedule_id: schedule.id,
      schedule_version: schedule.version,
      results: results as NonNullable<Json>,
    }));
  } catch (failure) {
    if (!(failure instanceof Problem && failure.code === "version_conflict")) throw failure;
  }
}

/** Null where there is no league yet to measure: too few rounds, an unknown parameter. Trying again would not help. */
function measurements(document: LeagueDocument) {
  try {
    const { league, placements } = leagueOf(document);
    return analyze(league, placements).constraints.filter(({ constraint }) => isOwn({ id: constraint }))
      .map(({ constraint, satisfied, deviation }) => ({ id: constraint, violated: !satisfied, deviation }));
  } catch (failure) {
    if (!(failure instanceof LeagueError)) throw failure;
    log.info("a schedule cannot be measured", { schedule_id: document.schedule.id, code: failure.code });
    return null;
  }
}
