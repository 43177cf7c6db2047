import { z } from "@hono/zod-openapi";
import { id, idempotencyKey, instant } from "../../../../shared/http/schemas.ts";

const share = (description: string) => z.number().openapi({ description, example: 0.13 });
const day = z.iso.date();

export const AskAttendance = z.object({
  schedule_id: id.optional(),
  game_ids: z.array(id).min(1).max(2000).optional().openapi({ description: "Of one sport; instead of a schedule." }),
  level: z.number().min(0.5).max(0.98).default(0.8).openapi({
    description: "The share of games that the intervals are to hold.",
  }),
}).refine(({ schedule_id, game_ids }) => (schedule_id === undefined) !== (game_ids === undefined), {
  message: "Name a schedule or games.",
  path: ["game_ids"],
});

const Accuracy = z.object({
  mae: z.number().openapi({ description: "Mean absolute error, in spectators." }),
  mape: share("Mean absolute percentage error, as a share of the crowd that came."),
  within13: share("Share of games predicted within 13 % of the crowd that came."),
  median_ape: share("Median absolute percentage error."),
});

const Evaluation = Accuracy.extend({
  games: z.int(),
  held_out: z.enum(["season", "fold"]).openapi({
    description: "What the judged model had not seen: a season after all it learned from, or a sixth of the only one.",
  }),
  baseline: Accuracy.extend({ games: z.int(), model: Accuracy }).nullable().openapi({
    description: "The host's last-season mean, on games whose host has one, and the model on the same games.",
  }),
  coverage: z.object({ level: z.number(), share: z.number() }).nullable().openapi({
    description: "The share of games inside their interval, calibrated on other teams.",
  }),
});

const AttendanceModel = z.object({
  version: z.string().openapi({ example: "attendance-1.3", description: "The method, and which training of it." }),
  trained_at: instant,
  training_size: z.int().openapi({ description: "Games whose attendance was counted." }),
  seasons: z.int(),
  from: day,
  to: day,
  evaluation: z.record(z.string(), Evaluation).openapi({
    description: "How well it did on games it had not seen: for games a `season` ahead, and `in_season`, a game ahead.",
  }),
}).openapi("AttendanceModel");

const Factor = z.object({
  feature: z.string(),
  title: z.string(),
  value: z.number().nullable(),
  weight: z.number().openapi({ description: "Signed, in log: with the others and the base it adds up to the number." }),
  effect: z.number().openapi({ description: "The same as a share of the crowd: .05 is 5 % more." }),
});

const Prediction = z.object({
  game_id: id,
  expected: z.int(),
  low: z.int(),
  high: z.int(),
  level: z.number(),
  capacity: z.int().nullable().openapi({ description: "The venue's: nothing is predicted above it." }),
  capped: z.boolean(),
  method: z.enum(["model", "team_mean", "group_mean"]).openapi({
    description: "`team_mean` and `group_mean` are fallbacks: from the host's own games, or its division's, alone.",
  }),
  horizon: z.enum(["season", "in_season"]).nullable(),
  base: z.int().openapi({ description: "Spectators that the host is known for." }),
  known_games: z.int().openapi({ description: "Games at home of the host that were counted." }),
  factors: z.array(Factor),
}).openapi("AttendancePrediction");

export const Attendance = z.object({
  model: AttendanceModel.nullable(),
  fallback: z.boolean().openapi({ description: "At least one number comes from means alone." }),
  note: z.string().nullable().openapi({ description: "What keeps it from being better, for a person." }),
  predictions: z.array(Prediction),
}).openapi("AttendancePredictions");

export const Train = z.object({ sport_id: id });
export const TrainHeaders = z.object({ "idempotency-key": idempotencyKey });
export const Training = z.object({
  sport_id: id,
  status: z.enum(["queued"]),
  games: z.int().openapi({ description: "Games whose attendance was counted." }),
});

const quality = z.number().min(0).max(1);

export const AskTvSlots = z.object({
  schedule_id: id,
  qualities: z.array(z.object({ game_id: id, quality })).max(5000).default([]).openapi({
    description: "What the match-ups are worth; games left out are valued by both teams' records.",
  }),
  keep: z.boolean().default(false).openapi({ description: "Games that have a window keep it." }),
});

const TvSlot = z.object({
  tv_window_id: id,
  name: z.string(),
  network: z.string().nullable(),
  plays_on: day,
  starts: z.string(),
  time_zone: z.string(),
  game_id: id.nullable().openapi({
    description: "Null: no game of that day is good enough, or each is worth more elsewhere.",
  }),
  quality: quality.nullable(),
  value: z.number(),
  eligible: z.int().openapi({ description: "How many games could have gone there." }),
  marginal_value: z.number().openapi({ description: "What the whole would lose without this slot." }),
});

export const TvSlots = z.object({
  total_value: z.number().openapi({
    description: "In the organization's currency: value of the window × quality, summed.",
  }),
  current_value: z.number().openapi({ description: "What the windows that games have now would bring." }),
  slots: z.array(TvSlot),
  windows: z.array(z.object({
    tv_window_id: id,
    name: z.string(),
    slots: z.int(),
    filled: z.int(),
    value: z.number(),
    marginal_value: z.number(),
  })),
  quality_from: z.enum(["given", "records", "both"]),
}).openapi("TvSlotAssignment");

export const RiskQuery = z.object({ schedule_id: id });

const RiskFactor = z.object({
  factor: z.enum(["venue", "weekday", "month"]),
  value: z.string(),
  games: z.int(),
  disturbed: z.int(),
  odds_ratio: z.number(),
});

const Conflict = z.object({
  kind: z.string().openapi({ example: "appointment" }),
  resource_id: id.nullable(),
  resource_name: z.string().nullable(),
  other_game_id: id.nullable(),
  starts_at: instant.nullable(),
  ends_at: instant.nullable(),
});

const GameRisk = z.object({
  game_id: id,
  plays_on: day,
  certain: z.boolean().openapi({ description: "Something stands in the calendar at its time now." }),
  probability: z.number().nullable().openapi({
    description: "Of being moved, postponed or cancelled, from the organization's own games; null: too few of them.",
  }),
  rest_days: z.int().nullable().openapi({
    description: "The fewer of the two teams' days since their last game of this schedule.",
  }),
  factors: z.array(RiskFactor),
  conflicts: z.array(Conflict),
});

export const ConflictRisk = z.object({
  history: z.object({
    games: z.int(),
    disturbed: z.int(),
    enough: z.boolean(),
    needed: z.object({ games: z.int(), disturbed: z.int() }),
    evaluation: z.object({ games: z.int(), brier: z.number(), brier_of_rate: z.number() }).nullable().openapi({
      description: "Brier scores on the latest quarter of the past games: of the estimate, and of the plain rate.",
    }),
  }),
  expected_disturbed: z.number().nullable().openapi({
    description: "How many of the games, summed over probabilities.",
  }),
  games: z.array(GameRisk),
}).openapi("ConflictRisk");
