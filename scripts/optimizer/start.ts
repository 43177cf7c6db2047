import type { League } from "../../shared/optimizer/league.ts";
import type { Run, RunOptions } from "../../shared/optimizer/run.ts";
import { startTravelRun } from "../../shared/optimizer/travel/travel-run.ts";
import { StackError } from "../stack/errors.ts";

/** Starts the search that fits the league. */
export function startRun(league: League, options: RunOptions): Run {
  const run = startTravelRun(league, options);
  if (!run) throw new StackError("no search fits this league.");
  return run;
}
