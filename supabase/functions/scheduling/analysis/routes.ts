import type { App } from "../../../../shared/http/app.ts";
import { Problem } from "../../../../shared/http/problem.ts";
import { analyze, suggest, type Target } from "../../../../shared/optimizer/analysis/mod.ts";
import type { LeagueDocument } from "../../../../shared/scheduling/document.ts";
import * as contract from "./contract.ts";
import { judgeEdit, movesOf } from "./edits.ts";
import { asked, type Judged, judgedOf, readJudged, readVersion } from "./leagues.ts";
import { presentAnalysis, presentChanges, presentClashes, presentSuggestion } from "./present.ts";
import { Analysis, Check, type Edit, Suggestions, type SuggestRequest } from "./schemas.ts";
import type { z } from "@hono/zod-openapi";

/** Schedules are judged here, with what their caller may read; nothing is written. */
export function registerAnalysis(app: App): void {
  registerJudging(app);
  registerChecking(app);
}

const judge = (judged: Judged, number: number | null) =>
  Analysis.parse(presentAnalysis(judged, asked(() => analyze(judged.league, judged.timed)), number));

function registerJudging(app: App): void {
  app.openapi(contract.analyze, async (c) => {
    const { id } = c.req.valid("param");
    const { version } = c.req.valid("query");
    const { client } = c.var.caller;
    const judged = version ? await readVersion(client, id, version) : (await readJudged(client, id)).judged;
    return c.json(judge(judged, version ?? null), 200);
  });

  app.openapi(contract.analyzeGames, async (c) => {
    const { judged } = await readJudged(c.var.caller.client, c.req.valid("param").id);
    const games = c.req.valid("json")?.games;
    return c.json(judge(games ? judgedOf(withGames(judged.document, games)) : judged, null), 200);
  });

  app.openapi(contract.suggest, async (c) => {
    const wanted = c.req.valid("json");
    const { judged: read } = await readJudged(c.var.caller.client, c.req.valid("param").id);
    const judged = judgedOf(withScheduled(read.document, wanted.game_id));
    const found = asked(() => suggest(judged.league, [...judged.placements], targetOf(judged, wanted)));
    const schedule_version = judged.document.schedule.version;
    return c.json(Suggestions.parse({ schedule_version, items: found.map(presentSuggestion(judged)) }), 200);
  });
}

type Proposed = { id?: string | undefined; round: number; home_team_id: string; away_team_id: string };

/** The schedule with other games. Those that are new have ids for as long as they are looked at. */
function withGames(document: LeagueDocument, games: readonly Proposed[]): LeagueDocument {
  const days = new Map(document.rounds.map(({ number, date }) => [number, date]));
  const proposed = games.map(({ id, ...game }) => {
    const plays_on = days.get(game.round);
    if (!plays_on) throw new Problem("invalid_input", { detail: `The schedule has no round ${game.round}.` });
    return { ...game, id: id ?? crypto.randomUUID(), plays_on, status: "scheduled" as const };
  });
  return { ...document, games: proposed };
}

/** A postponed game stands where it was, so that it can be asked where else it might be. */
const withScheduled = (document: LeagueDocument, game_id: string | undefined): LeagueDocument => ({
  ...document,
  games: document.games.map((game) =>
    game.id === game_id && game.status === "postponed" ? { ...game, status: "scheduled" } : game
  ),
});

function targetOf({ matchupOf, document }: Judged, wanted: z.infer<typeof SuggestRequest>): Target {
  const { constraint_id, game_id, not_in_rounds, played_through, limit, most_games } = wanted;
  const terms = {
    ...(played_through === undefined ? {} : { playedThrough: played_through }),
    ...(limit === undefined ? {} : { limit }),
    ...(most_games === undefined ? {} : { mostGames: most_games }),
  };
  if (constraint_id !== undefined) {
    if (!document.constraints.some(({ id }) => id === constraint_id)) {
      throw new Problem("invalid_input", { detail: "The schedule has no such constraint in force." });
    }
    return { constraint: constraint_id, ...terms };
  }
  const matchup = matchupOf.get(game_id!);
  if (matchup === undefined) throw new Problem("invalid_input", { detail: "The schedule has no such game." });
  return { matchup, ...(not_in_rounds ? { notInRounds: not_in_rounds } : {}), ...terms };
}

function registerChecking(app: App): void {
  app.openapi(contract.check, async (c) => {
    const { edit } = c.req.valid("json");
    const { id } = c.req.valid("param");
    const begun = performance.now();
    const { judged, calendar } = await readForEdit(c.var.caller.client, id, edit);
    const read = performance.now();
    const { inTheWay, constraints, clashes, ...check } = asked(() => judgeEdit(judged, edit));
    const judgedAt = performance.now();
    const answer = Check.parse({
      ...check,
      reason: check.reason ?? null,
      schedule_version: judged.document.schedule.version,
      in_the_way: inTheWay.flatMap((matchup) => judged.games[matchup] ?? []),
      constraints: presentChanges(judged, constraints),
      clashes: presentClashes(judged, clashes),
      calendar,
    });
    c.header("server-timing", `database;dur=${ms(begun, read)}, constraints;dur=${ms(read, judgedAt)}`);
    return c.json(answer, 200);
  });
}

const ms = (from: number, to: number) => (to - from).toFixed(1);

/** One call, but of a swap: where the games would go is known once they have been read. */
async function readForEdit(client: Parameters<typeof readJudged>[0], id: string, edit: Edit) {
  if (edit.kind !== "swap") return await readJudged(client, id, movesOf(edit, undefined));
  const { judged } = await readJudged(client, id);
  return await readJudged(client, id, movesOf(edit, judged));
}
