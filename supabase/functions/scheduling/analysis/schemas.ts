import { z } from "@hono/zod-openapi";
import { id, instant } from "../../../../shared/http/schemas.ts";

const rounds = z.array(z.int()).openapi({ description: "Numbers." });
const game_ids = z.array(id);
const penalty = (what: string) => z.number().openapi({ description: what });

const Violation = z.object({
  explanation: z.string().openapi({ example: "Kansas plays three away games in a row in rounds 6-8" }),
  deviation: z.number(),
  team_ids: z.array(id),
  rounds,
  game_ids,
}).openapi("Violation");

const ConstraintReport = z.object({
  constraint_id: id,
  type: z.string(),
  name: z.string().nullable(),
  hard: z.boolean(),
  weight: z.number(),
  deviation: z.number(),
  penalty: z.number(),
  satisfied: z.boolean(),
  violations: z.array(Violation),
}).openapi("ConstraintReport");

const TeamReport = z.object({
  team_id: id,
  games: z.int(),
  home: z.int(),
  away: z.int(),
  byes: z.int(),
  miles: z.number(),
  longest_trip: z.object({ miles: z.number(), days: z.number(), games: z.int(), rounds }).nullable(),
  breaks: z.int().openapi({ description: "Games on the same side as the one before." }),
  longest_home_stand: z.int(),
  longest_road_trip: z.int(),
  rest: z.object({ least: z.number(), mean: z.number(), most: z.number() }).nullable().openapi({
    description: "Days between games.",
  }),
}).openapi("TeamReport");

const Clash = z.object({
  kind: z.enum(["team_twice", "venue_twice", "phase", "wrong_pairing", "matchup_twice"]).openapi({
    description:
      "A team or a venue twice on a day; both games of a pair in one half of a phased schedule; a game that is none of the schedule's, or there twice.",
  }),
  explanation: z.string().openapi({ example: "Kansas and Iowa State meet twice in the first half" }),
  game_ids,
  rounds,
}).openapi("ScheduleClash");

export const Analysis = z.object({
  schedule_id: id,
  schedule_version: z.int(),
  number: z.int().nullable().openapi({ description: "The version that was judged; null: what stands." }),
  score: z.number().openapi({ description: "0 to 1." }),
  breakdown: z.array(z.object({ part: z.string(), value: z.number(), share: z.number() })),
  complete: z.boolean(),
  unplaced: z.array(z.object({ home_team_id: id, away_team_id: id, game_id: id.nullable() })),
  clashes: z.array(Clash),
  hard: penalty("Of all hard constraints; 0: none is broken."),
  soft: penalty("Of all soft ones."),
  constraints: z.array(ConstraintReport),
  teams: z.array(TeamReport),
  travel: z.object({ total: z.number(), most: z.number(), least: z.number() }).openapi({ description: "Miles." }),
  breaks: z.int(),
  windows: z.array(z.object({ tv_window_id: id, value: z.number(), possible: z.number() })),
}).openapi("ScheduleAnalysis");

const ConstraintChange = z.object({
  constraint_id: id,
  type: z.string(),
  name: z.string().nullable(),
  hard: z.boolean(),
  before: z.number(),
  after: z.number(),
  penalty: penalty("How much more it costs; less where it is negative."),
  change: z.enum(["violated", "worse", "better", "mended"]),
  violations: z.array(Violation),
}).openapi("ConstraintChange");

export const Check = z.object({
  schedule_version: z.int(),
  possible: z.boolean(),
  reason: z.enum(["team_busy", "sides_fixed"]).nullable().openapi({
    description: "Why it cannot be made: a team plays in that round already, or the sides may not be exchanged.",
  }),
  in_the_way: game_ids,
  hard: penalty("Change of the penalties of hard constraints."),
  soft: penalty("Change of those of soft ones."),
  constraints: z.array(ConstraintChange),
  clashes: z.array(Clash).openapi({ description: "What would clash that does not now." }),
  calendar: z.array(z.object({
    game_id: id,
    starts_at: instant.nullable(),
    ends_at: instant.nullable(),
    venue_id: id.nullable(),
    conflicts: z.array(z.object({
      resource_id: id,
      resource_name: z.string(),
      kind: z.string().openapi({
        description: "What it is: game, appointment, hold, block, absence, closed, busy, retired.",
      }),
      starts_at: instant,
      ends_at: instant,
    })),
  })).openapi({ description: "What stands in the calendar at the time it would then have." }),
}).openapi("EditCheck");

const round = z.int().min(1).max(1000);

export const Edit = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("move"),
    game_id: id,
    round: round.optional(),
    starts_at: instant.optional(),
    venue_id: id.optional(),
  }),
  z.strictObject({ kind: z.literal("turn"), game_id: id }),
  z.strictObject({ kind: z.literal("swap"), game_ids: z.tuple([id, id]) }),
]).openapi("ScheduleEdit");
export type Edit = z.infer<typeof Edit>;

export const CheckRequest = z.strictObject({ edit: Edit }).openapi("CheckEdit");

export const SuggestRequest = z.strictObject({
  constraint_id: id.optional().openapi({ description: "What is broken," }),
  game_id: id.optional().openapi({ description: "or which game must be elsewhere." }),
  not_in_rounds: z.array(round).max(1000).optional().openapi({ description: "Where the game cannot be." }),
  played_through: round.optional().openapi({ description: "Rounds up to this one stay as they are." }),
  limit: z.int().min(1).max(20).optional(),
  most_games: z.int().min(1).max(100).optional().openapi({
    description: "Change no more games than these; 12 unless said.",
  }),
}).refine(({ constraint_id, game_id }) => (constraint_id === undefined) !== (game_id === undefined), {
  message: "Name either a constraint or a game.",
  path: ["constraint_id"],
}).openapi("SuggestChanges");

export const Suggestions = z.object({
  schedule_version: z.int(),
  items: z.array(z.object({
    explanation: z.string(),
    changes: z.array(z.object({
      game_id: id.nullable(),
      home_team_id: id,
      away_team_id: id,
      from: z.int(),
      to: z.int(),
      turned: z.boolean(),
    })),
    hard: penalty("Change of the penalties of hard constraints."),
    soft: penalty("Change of those of soft ones."),
    constraints: z.array(ConstraintChange),
  })),
}).openapi("ScheduleSuggestions");

export const AnalyzeQuery = z.object({
  version: z.coerce.number().int().min(1).optional().openapi({ description: "A version, instead of what stands." }),
});

export const AnalyzeRequest = z.strictObject({
  games: z.array(z.strictObject({ id: id.optional(), round, home_team_id: id, away_team_id: id })).max(5_000)
    .optional()
    .openapi({ description: "Judge these instead of the games that stand; nothing is written." }),
}).openapi("AnalyzeSchedule");
