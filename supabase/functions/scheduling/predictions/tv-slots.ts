import { z } from "@hono/zod-openapi";
import type { SupabaseClient } from "@supabase/supabase-js";
import { answerOf } from "../../../../shared/db/answer.ts";
import type { Database } from "../../../../shared/db/types.ts";
import { Problem } from "../../../../shared/http/problem.ts";
import { type Candidate, planTv, type Slot } from "../../../../shared/predictions/tv-slots.ts";
import type { AskTvSlots, TvSlots } from "./schemas.ts";

const Question = z.object({
  slots: z.array(z.object({
    tv_window_id: z.string(),
    name: z.string(),
    network: z.string().nullable(),
    plays_on: z.string(),
    starts: z.string(),
    time_zone: z.string(),
    value: z.number(),
    minimum_quality: z.number(),
  })),
  games: z.array(z.object({
    id: z.string(),
    plays_on: z.string(),
    home_team_id: z.string(),
    away_team_id: z.string(),
    tv_window_id: z.string().nullable(),
  })),
  records: z.record(z.string(), z.tuple([z.number(), z.number()])),
});

type Question = z.infer<typeof Question>;
type Given = z.infer<typeof AskTvSlots>;

/** What a team is worth to viewers: its share of games won, drawn towards a half by four games. */
const strengthOf = ([wins, games]: readonly [number, number]) => (wins + 2) / (games + 4);

function candidatesOf(
  { games, records }: Question,
  { qualities, keep }: Given,
): { candidates: Candidate[]; given: number } {
  const given = new Map(qualities.map(({ game_id, quality }) => [game_id, quality]));
  const strength = (team: string) => strengthOf(records[team] ?? [0, 0]);
  const candidates = games.map(({ id, plays_on, home_team_id, away_team_id, tv_window_id }): Candidate => ({
    game: id,
    day: plays_on,
    quality: given.get(id) ?? Number(((strength(home_team_id) + strength(away_team_id)) / 2).toFixed(4)),
    ...(keep && tv_window_id ? { only: tv_window_id } : {}),
  }));
  return { candidates, given: candidates.filter(({ game }) => given.has(game)).length };
}

/** Steps of the assignment, about a second: each slot of a day is also left out once, to tell what it adds. */
const mostSteps = 100_000_000;

/** Refuses what would keep everybody else waiting: the work grows with the fourth power of the slots of a day. */
export function refuseTooMany(slots: readonly Slot[], candidates: readonly Candidate[]): void {
  const games = Map.groupBy(candidates, ({ day }) => day);
  const steps = [...Map.groupBy(slots, ({ day }) => day)].reduce(
    (sum, [day, own]) => sum + own.length ** 3 * ((games.get(day)?.length ?? 0) + own.length),
    0,
  );
  if (steps > mostSteps) {
    throw new Problem("invalid_input", {
      detail: "There are too many windows and games on one day to weigh them all.",
    });
  }
}

/** The assignment of a schedule's games to its season's windows. */
export async function askTvSlots(client: SupabaseClient<Database>, asked: Given): Promise<z.input<typeof TvSlots>> {
  const question = Question.parse(await answerOf(client.rpc("tv_question", { schedule_id: asked.schedule_id })));
  const { candidates, given } = candidatesOf(question, asked);
  const slots = question.slots.map(({ tv_window_id, plays_on, value, minimum_quality }): Slot => ({
    ...{ window: tv_window_id, day: plays_on, value, minimumQuality: minimum_quality },
  }));
  refuseTooMany(slots, candidates);
  const plan = planTv(slots, candidates);
  const described = new Map(question.slots.map((slot) => [`${slot.tv_window_id} ${slot.plays_on}`, slot]));
  const names = new Map(question.slots.map(({ tv_window_id, name }) => [tv_window_id, name]));
  return {
    total_value: plan.total,
    current_value: currentValue(question, slots, candidates),
    slots: plan.slots.map(({ slot, game, marginal, ...rest }) => {
      const { value: _, minimum_quality: _least, ...window } = described.get(`${slot.window} ${slot.day}`)!;
      return { ...window, ...rest, game_id: game, marginal_value: marginal };
    }),
    windows: plan.windows.map(({ window, marginal, ...rest }) => ({
      ...{ tv_window_id: window, name: names.get(window)! },
      ...rest,
      marginal_value: marginal,
    })),
    quality_from: given === 0 ? "records" : given === candidates.length ? "given" : "both",
  };
}

/** What it would bring if every game kept the window that it has: one a window and day. */
function currentValue({ games }: Question, slots: readonly Slot[], candidates: readonly Candidate[]): number {
  const has = new Map(games.map(({ id, tv_window_id }) => [id, tv_window_id]));
  return planTv(slots, candidates.map((one) => ({ ...one, only: has.get(one.game) ?? null }))).total;
}
