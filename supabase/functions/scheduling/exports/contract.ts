import { createRoute, z } from "@hono/zod-openapi";
import { authenticate } from "../../../../shared/http/auth.ts";
import { asked, member } from "../../../../shared/http/contract.ts";
import { problems } from "../../../../shared/http/openapi.ts";
import { IdParameter } from "../../../../shared/http/schemas.ts";
import * as schemas from "./schemas.ts";

export const mediaTypes = {
  csv: "text/csv; charset=utf-8",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  json: "application/json",
  ics: "text/calendar; charset=utf-8",
  pdf: "application/pdf",
} as const;

const file = (...formats: (keyof typeof mediaTypes)[]) => ({
  description: "The file.",
  content: Object.fromEntries(formats.map((format) => [mediaTypes[format], { schema: z.string() }])),
});

export const exportSchedule = createRoute({
  method: "get",
  path: "/schedules/{id}/export",
  summary: "Export a schedule",
  description:
    "As a file that imports read back: exported and imported, it changes nothing. Cells that a spreadsheet would run as formulas begin with an apostrophe, which imports take away. Of drafts for members with `schedules.read`, of what is published for every member.",
  tags: ["Exports"],
  security: member,
  middleware: [authenticate("user", "key", "service")] as const,
  request: { params: IdParameter, query: schemas.ScheduleExportQuery },
  responses: {
    200: file("csv", "xlsx", "json", "ics", "pdf"),
    ...problems(...asked, "permission_denied", "not_found", "payload_too_large"),
  },
});

export const exportOrganization = createRoute({
  method: "get",
  path: "/export",
  summary: "Export an organization's venues or teams",
  tags: ["Exports"],
  security: member,
  middleware: [authenticate("user", "key", "service")] as const,
  request: { query: schemas.ExportQuery },
  responses: {
    200: file("csv", "xlsx", "json"),
    ...problems(...asked, "permission_denied", "payload_too_large"),
  },
});
