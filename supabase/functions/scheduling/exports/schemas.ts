import { z } from "@hono/zod-openapi";
import { id } from "../../../../shared/http/schemas.ts";
import { kinds } from "../columns.ts";

const what = (whole: string) => z.enum([...kinds, "schedule"]).optional().openapi({ description: whole });

export const ScheduleExportQuery = z.object({
  format: z.enum(["csv", "xlsx", "json", "ics", "pdf"]),
  paper: z.enum(["letter", "a4"]).default("letter").openapi({ description: "Of a PDF." }),
  locale: z.string().regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/).default("en-US").openapi({
    description: "Of days and times in a PDF, as in `en-US` or `el`.",
  }),
  what: what("`games` when left out; in JSON the whole schedule. `ics` and `pdf` are of games."),
});

export const ExportQuery = z.object({
  organization_id: id,
  what: z.enum(["venues", "teams"]),
  sport_id: id.optional().openapi({ description: "Whose teams." }),
  format: z.enum(["csv", "xlsx", "json"]),
});
