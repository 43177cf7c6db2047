import { z } from "@hono/zod-openapi";
import type { SupabaseClient } from "@supabase/supabase-js";
import { answerOf } from "../../../../shared/db/answer.ts";
import type { Database } from "../../../../shared/db/types.ts";
import { Problem } from "../../../../shared/http/problem.ts";
import {
  type AttendanceModel,
  featureNames,
  isCounted,
  learn,
  meansOnly,
  modelVersion,
  type PlayedGame,
  predictAttendance,
} from "../../../../shared/predictions/mod.ts";
import { AheadRow, gameReader, mostGames, readPlayed, Sides } from "./rows.ts";
import type { AskAttendance, Attendance } from "./schemas.ts";

const Question = Sides.extend({
  stored: z.object({
    number: z.int(),
    method: z.string().nullable(),
    trained_at: z.string().nullable(),
    training_size: z.int(),
    model: z.unknown(),
    evaluation: z.unknown(),
    training: z.boolean(),
  }).nullable(),
  games: z.array(AheadRow),
});

type Stored = z.infer<typeof Question>["stored"];

/** The stored model, if this code made it. */
function modelOf(stored: Stored): AttendanceModel | undefined {
  const model = stored?.model as AttendanceModel | null | undefined;
  if (!model || stored?.method !== modelVersion) return undefined;
  return model.features.join() === featureNames.join() ? model : undefined;
}

function noteOf(stored: Stored, model: AttendanceModel | undefined, played: readonly PlayedGame[]): string | null {
  const under = stored?.training ? " It is being trained." : "";
  if (!stored?.model) {
    return `No model was trained yet: these are means of past games.${under || " POST /predictions/train makes one."}`;
  }
  if (!model) {
    return `The stored model is of another version: these are means of past games.${under || " Train it anew."}`;
  }
  if (!model.horizons.season) return "There are too few games to learn more from than means.";
  const since = played.filter(isCounted).length - stored.training_size;
  return since > stored.training_size / 10 && played.length < mostGames
    ? `${since} games were counted since it was trained: train it anew.${under}`
    : null;
}

/** Predicts what is asked about, from what the caller may read. */
export async function askAttendance(
  client: SupabaseClient<Database>,
  { level, ...which }: z.infer<typeof AskAttendance>,
): Promise<z.input<typeof Attendance>> {
  const question = Question.parse(await answerOf(client.rpc("attendance_question", which)));
  const read = gameReader(question);
  const played = await readPlayed(client, question.sport_id, read);
  if (!played.some(isCounted)) {
    throw new Problem("no_attendance_history", {
      detail: "No game of this sport was played whose attendance was counted.",
      members: { sport_id: question.sport_id },
    });
  }
  const model = modelOf(question.stored);
  const asked = new Set(question.games.filter((row) => row[8]).map(([id]) => id));
  const used = model ?? meansOnly(played, learn(played).examples);
  const told = predictAttendance(used, { played, ahead: question.games.map(read), level })
    .filter(({ game }) => asked.has(game));
  return {
    model: model ? describe(question.stored!, model) : null,
    fallback: told.some(({ method }) => method !== "model"),
    note: noteOf(question.stored, model, played),
    predictions: told.map(({ game, factors, ...rest }) => ({ game_id: game, ...rest, factors: [...factors] })),
  };
}

function describe(
  stored: NonNullable<Stored>,
  model: AttendanceModel,
): NonNullable<z.input<typeof Attendance>["model"]> {
  const evaluations = Object.entries(model.horizons).map((
    [horizon, { evaluation: { season: _, ...rest } }],
  ) => [horizon, rest]);
  return {
    version: `${stored.method}.${stored.number}`,
    trained_at: stored.trained_at!,
    training_size: stored.training_size,
    seasons: model.trained_on.seasons,
    from: model.trained_on.from,
    to: model.trained_on.to,
    evaluation: Object.fromEntries(evaluations),
  };
}
