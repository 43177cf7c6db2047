import { z } from "@hono/zod-openapi";
import type { SupabaseClient } from "@supabase/supabase-js";
import { answerOf } from "../../../../shared/db/answer.ts";
import type { Database } from "../../../../shared/db/types.ts";
import {
  fewestDisturbed,
  fewestGames,
  isEnough,
  judgeRisk,
  learnRisk,
  riskOf,
} from "../../../../shared/predictions/conflict-risk.ts";
import { dayNumber } from "../../../../shared/predictions/games.ts";
import type { ConflictRisk } from "./schemas.ts";

const GameRow = z.tuple([z.string(), z.string(), z.string().nullable(), z.string(), z.string(), z.string().nullable()]);
const Question = z.object({
  /** id, day, venue, home, away, start: in order. */
  games: z.array(GameRow),
  conflicts: z.array(z.object({
    game_id: z.string(),
    kind: z.string(),
    resource_id: z.string().nullable(),
    resource_name: z.string().nullable(),
    other_game_id: z.string().nullable(),
    starts_at: z.string().nullable(),
    ends_at: z.string().nullable(),
  })),
  /** day, venue, disturbed. */
  past: z.array(z.tuple([z.string(), z.string().nullable(), z.boolean()])),
});

/** Days that the team with less of it has rested, by game. */
function restOf(games: readonly z.infer<typeof GameRow>[]): Map<string, number> {
  const last = new Map<string, number>();
  const rest = new Map<string, number>();
  for (const [id, day, , ...sides] of games) {
    for (const team of sides.slice(0, 2) as string[]) {
      const before = last.get(team);
      if (before !== undefined) rest.set(id, Math.min(rest.get(id) ?? Infinity, dayNumber(day) - before));
      last.set(team, dayNumber(day));
    }
  }
  return rest;
}

/** What the games of a schedule may run into. */
export async function askConflictRisk(
  client: SupabaseClient<Database>,
  schedule_id: string,
): Promise<z.input<typeof ConflictRisk>> {
  const question = Question.parse(await answerOf(client.rpc("risk_question", { schedule_id })));
  const past = question.past.map(([day, venue, disturbed]) => ({ day, venue: venue ?? undefined, disturbed }));
  const model = learnRisk(past);
  const enough = isEnough(model);
  const conflicts = Map.groupBy(question.conflicts, ({ game_id }) => game_id);
  const rest = restOf(question.games);
  const games = question.games.map(([id, plays_on, venue]) => {
    const risk = enough ? riskOf(model, { day: plays_on, venue: venue ?? undefined }) : undefined;
    const found = conflicts.get(id) ?? [];
    return {
      ...{ game_id: id, plays_on, certain: found.length > 0, probability: risk?.probability ?? null },
      rest_days: rest.get(id) ?? null,
      factors: [...risk?.factors ?? []],
      conflicts: found.map(({ game_id: _, ...conflict }) => conflict),
    };
  });
  return {
    history: {
      ...{ games: model.games, disturbed: model.disturbed, enough },
      needed: { games: fewestGames, disturbed: fewestDisturbed },
      evaluation: judgeRisk(past) ?? null,
    },
    expected_disturbed: enough
      ? Number(games.reduce((sum, { probability }) => sum + (probability ?? 0), 0).toFixed(2))
      : null,
    games,
  };
}
