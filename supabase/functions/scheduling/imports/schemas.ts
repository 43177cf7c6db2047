import { z } from "@hono/zod-openapi";
import { id, IdParameter } from "../../../../shared/http/schemas.ts";
import { ListQuery } from "../schemas.ts";
import { kinds } from "../columns.ts";

const what = z.enum([...kinds, "schedule"]).openapi({
  description: "What the file holds; `schedule`: a JSON export of a whole one.",
});
const format = z.enum(["csv", "xlsx", "json"]).optional().openapi({
  description: "Needed where the content type does not tell.",
});
const yes = (usual: "true" | "false") => z.enum(["true", "false"]).default(usual).transform((said) => said === "true");

export const FileQuery = z.object({ format });

export const ImportQuery = FileQuery.extend({
  organization_id: id,
  what,
  schedule_id: id.optional().openapi({ description: "Whose games, rounds, match-ups or constraints they are." }),
  sport_id: id.optional().openapi({ description: "What the teams play; a schedule's own when left out." }),
  dry_run: yes("true").openapi({
    type: "string",
    description:
      "`true`: the file is checked, and applied by `POST /imports/{id}/apply`. `false`: applied at once, if nothing is wrong.",
  }),
});

export const ImportsQuery = ListQuery.extend({ schedule_id: id.optional() });

export const PartParameters = IdParameter.extend({
  part: z.coerce.number().int().min(1).max(10_000).openapi({ description: "Its number; in any order." }),
});

export const Part = z.object({ part: z.int(), rows: z.int() }).openapi("ImportPart");

const problem = z.object({
  kind: z.enum(kinds),
  part: z.int(),
  line: z.int().openapi({
    description: "Of the part, the header being line 1; in JSON the place in the list, from 1.",
  }),
  column: z.string(),
  code: z.string().openapi({ example: "unknown_team" }),
  message: z.string().openapi({ example: "No team of this sport has this code or name." }),
  value: z.string().nullable(),
});

const counted = z.int().nullable();

export const Import = z.object({
  id,
  organization_id: id,
  schedule_id: id.nullable(),
  sport_id: id.nullable(),
  what,
  status: z.enum(["open", "queued", "checked", "applied", "failed"]).openapi({
    description: "Queued: large files are worked on in the background.",
  }),
  rows: z.int(),
  added: counted.openapi({ description: "How many rows add something: what a check found, or what was done." }),
  changed: counted,
  unchanged: counted,
  faults: counted.openapi({ description: "How many cells are wrong; with any, nothing is applied." }),
  problems: z.array(problem).openapi({ description: "The first 1,000 faults by line." }),
  failure: z.string().nullable(),
  created_by: id.nullable(),
  created_at: z.string(),
  checked_at: z.string().nullable(),
  applied_at: z.string().nullable(),
}).openapi("Import");

export const ImportPage = z.object({ items: z.array(Import), next_cursor: z.string().nullable() })
  .openapi("ImportPage");
