import { z } from "@hono/zod-openapi";
import type { SupabaseClient } from "@supabase/supabase-js";
import { answerOf } from "../../../../shared/db/answer.ts";
import type { Database, Json } from "../../../../shared/db/types.ts";
import {
  advanceTraining,
  finishTraining,
  learn,
  startTraining,
  type TrainingState,
} from "../../../../shared/predictions/mod.ts";
import { gameReader, readPlayed, Sides } from "./rows.ts";

const Training = Sides.extend({ requested_at: z.string(), slice: z.int(), training: z.unknown() });

/** Rows of features times trees that one slice grows: about a second of CPU. */
const workOfASlice = 400_000;

/** One slice of a sport's training; the database queues the next one. Twice is once: a slice begins where the last one ended. */
export async function trainSlice(client: SupabaseClient<Database>, sport_id: string): Promise<void> {
  const answered = await answerOf(client.rpc("attendance_training", { sport_id }));
  if (answered === null) return;
  const { requested_at, slice, training, ...sides } = Training.parse(answered);
  const games = await readPlayed(client, sport_id, gameReader(sides));
  const { examples } = learn(games);
  const before = (training as TrainingState | null) ?? startTraining();
  const trees = Math.max(10, Math.floor(workOfASlice / Math.max(1, examples.length / 2)));
  const state = advanceTraining(examples, before, trees);
  if (state.steps.length) {
    await answerOf(
      client.rpc("save_attendance_training", { sport_id, requested_at, slice, training: state as unknown as Json }),
    );
    return;
  }
  const model = finishTraining(games, examples, state);
  const evaluation = Object.fromEntries(
    Object.entries(model.horizons).map(([horizon, one]) => [horizon, one.evaluation]),
  );
  await answerOf(client.rpc("finish_attendance_training", {
    ...{ sport_id, requested_at },
    model: model as unknown as Json,
    evaluation: evaluation as unknown as Json,
  }));
}
