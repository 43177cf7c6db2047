import { z } from "@hono/zod-openapi";
import { id, idempotencyKey, instant, limit } from "../../../../shared/http/schemas.ts";
import { manageToken } from "../schemas.ts";

const rating = z.int().min(1).max(5).openapi({ example: 5, description: "Stars." });
const text = z.string().trim().max(2000);

export const LeaveFeedback = z.strictObject({
  rating,
  comment: text.optional().openapi({ example: "On time, and kind." }),
}).openapi("LeaveFeedback");

export const Feedback = z.object({
  id,
  organization_id: id,
  appointment_id: id,
  service_id: id,
  resource_ids: z.array(id),
  customer_id: id.nullable().openapi({ description: "Null: a guest." }),
  rating,
  comment: z.string().nullable(),
  reply: z.string().nullable().openapi({ description: "The organization's answer." }),
  replied_at: instant.nullable(),
  hidden: z.boolean().openapi({ description: "Seen by its author and by those who manage appointments only." }),
  created_at: instant,
  updated_at: instant,
}).openapi("Feedback");

export const FeedbackPage = z.object({
  items: z.array(Feedback),
  next_cursor: z.string().nullable(),
}).openapi("FeedbackPage");

export const FeedbackQuery = z.object({
  organization_id: id.optional(),
  service_id: id.optional(),
  customer_id: id.optional(),
  rating: z.coerce.number().int().min(1).max(5).optional(),
  limit: limit(200, 50),
  cursor: z.string().max(500).optional(),
});

export const FeedbackHeaders = z.object({ "idempotency-key": idempotencyKey, "x-manage-token": manageToken });

export const Reply = z.strictObject({
  reply: text.nullable().openapi({ description: "Null takes the answer back." }),
}).openapi("FeedbackReply");

export const Visibility = z.strictObject({
  hidden: z.boolean(),
  reason: z.string().max(1000).optional().openapi({ description: "For the audit." }),
}).openapi("FeedbackVisibility");

export const RatingsQuery = z.object({
  service_ids: z.string().max(3700).transform((ids) => ids.split(",")).pipe(z.array(id).min(1).max(100)).openapi({
    type: "string",
    description: "Ids of services, with commas between them; at most 100.",
    example: "0199e2c4-7b1a-7cc3-8f0e-5a2d9c1b4e77",
  }),
});

export const Ratings = z.object({
  ratings: z.array(z.object({
    service_id: id,
    ratings: z.int().openapi({ description: "How many." }),
    mean: z.number().nullable().openapi({ example: 4.5, description: "Null while there is none." }),
  })),
}).openapi("Ratings");

export const SummariesQuery = z.object({
  organization_id: id,
  subject_type: z.enum(["service", "resource"]).optional(),
});

export const Summaries = z.object({
  items: z.array(z.object({
    subject_type: z.enum(["service", "resource"]),
    subject_id: id,
    ratings: z.int().openapi({ description: "How many." }),
    mean: z.number().nullable(),
    stars: z.array(z.int()).openapi({ description: "How many of one star, of two, to five." }),
  })),
}).openapi("FeedbackSummaries");
