import { z } from "@hono/zod-openapi";
import { id } from "../../../../shared/http/schemas.ts";
import { kinds } from "../columns.ts";

const what = (whole: string) => z.enum([...kinds, "schedule"]).optional().openapi({ description: whole });

/** Well-formed is not enough to the runtime: `en-12` throws. */
function isLocale(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}

export const ScheduleExportQuery = z.object({
  format: z.enum(["csv", "xlsx", "json", "ics", "pdf"]),
  paper: z.enum(["letter", "a4"]).default("letter").openapi({ description: "Of a PDF." }),
  locale: z.string().max(35).refine(isLocale, "no such language").default("en-US").openapi({
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
