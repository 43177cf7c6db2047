import type { SupabaseClient } from "@supabase/supabase-js";
import { answerOf } from "../../../../shared/db/answer.ts";
import type { Database, Json } from "../../../../shared/db/types.ts";
import { Problem } from "../../../../shared/http/problem.ts";
import type { TimedPlacement } from "../../../../shared/optimizer/analysis/mod.ts";
import { type CompiledLeague, compileLeague, LeagueError } from "../../../../shared/optimizer/league.ts";
import type { LeagueDocument } from "../../../../shared/scheduling/document.ts";
import { leagueOf, type Standing } from "../../../../shared/scheduling/league-of.ts";

/** A schedule ready to be judged. */
export interface Judged extends Standing {
  readonly document: LeagueDocument;
  readonly compiled: CompiledLeague;
  /** With their starts, for venues that have two games on a day. */
  readonly timed: readonly TimedPlacement[];
  /** The match-up that a game is, by its id. */
  readonly matchupOf: ReadonlyMap<string, number>;
}

/** Where games would be put, and what their time meets in the calendar. */
export interface CalendarCheck {
  game_id: string;
  starts_at: string | null;
  ends_at: string | null;
  venue_id: string | null;
  conflicts: unknown[];
}

interface Read {
  version: number;
  league: LeagueDocument | null;
  calendar: CalendarCheck[] | null;
}

/**
 * The last leagues judged here, whoever asked: whether a caller may read one is asked of the database each time, which
 * sends it only when it has changed.
 */
const recent = new Map<string, Judged>();
const most = 20;

/** Reads a schedule as its caller may, and what stands in the way of moves; from memory where it has not changed. */
export async function readJudged(
  client: SupabaseClient<Database>,
  schedule_id: string,
  moves: Json[] | undefined = undefined,
): Promise<{ judged: Judged; calendar: CalendarCheck[] }> {
  const known_version = recent.get(schedule_id)?.document.schedule.version;
  const { league, calendar } = await answerOf(client.rpc("read_league", {
    schedule_id,
    ...(known_version === undefined ? {} : { known_version }),
    ...(moves ? { moves } : {}),
  })) as unknown as Read;
  const judged = league ? judgedOf(league) : recent.get(schedule_id)!;
  recent.delete(schedule_id);
  recent.set(schedule_id, judged);
  if (recent.size > most) recent.delete(recent.keys().next().value!);
  return { judged, calendar: calendar ?? [] };
}

/** A version of a schedule, judged by the constraints of today. */
export async function readVersion(client: SupabaseClient<Database>, schedule_id: string, number: number) {
  const { league } = await answerOf(client.rpc("read_league", { schedule_id, number })) as unknown as Read;
  return judgedOf(league!);
}

/** Puts a document into numbers. `422 impossible_league` where that cannot be. */
export function judgedOf(document: LeagueDocument): Judged {
  return asked(() => {
    const standing = leagueOf(document);
    const starts = new Map(document.games.map(({ id, starts_at }) => [id, starts_at]));
    const timed = standing.placements.map((placement) => {
      const startsAt = starts.get(placement.game!);
      return startsAt ? { ...placement, startsAt } : placement;
    });
    const matchupOf = new Map(standing.games.flatMap((game, matchup) => game ? [[game, matchup] as const] : []));
    return { ...standing, document, compiled: compileLeague(standing.league), timed, matchupOf };
  });
}

/** Runs what may find the league impossible, and says so as a problem. */
export function asked<Answer>(question: () => Answer): Answer {
  try {
    return question();
  } catch (failure) {
    if (!(failure instanceof LeagueError)) throw failure;
    throw new Problem("impossible_league", {
      detail: `${failure.message}.`,
      members: { reason: failure.code },
      cause: failure,
    });
  }
}
