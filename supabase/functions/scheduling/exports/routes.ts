import type { Context } from "hono";
import { answerOf } from "../../../../shared/db/answer.ts";
import type { Database } from "../../../../shared/db/types.ts";
import type { App } from "../../../../shared/http/app.ts";
import type { AppEnv, Caller } from "../../../../shared/http/auth.ts";
import { Problem } from "../../../../shared/http/problem.ts";
import type { Cells, Kind } from "../columns.ts";
import { calendarOf } from "../feeds/calendar.ts";
import { CalendarFeed } from "../feeds/schemas.ts";
import * as contract from "./contract.ts";
import { csvOf } from "./csv.ts";
import { documentOf } from "./document.ts";
import { excelOf } from "./excel.ts";
import { pagesOf, type Scope, streamOf } from "./rows.ts";

type Schedule = Database["public"]["Tables"]["schedules"]["Row"];

/** Schedules, and what they are made of, as files. */
export function registerExports(app: App): void {
  app.openapi(contract.exportSchedule, async (c) => {
    const { format, paper, locale, what = format === "json" ? "schedule" : "games" } = c.req.valid("query");
    const schedule_id = c.req.valid("param").id;
    const { client } = c.var.caller;
    const schedule: Schedule | null = await answerOf(
      client.from("schedules").select("*").eq("id", schedule_id).maybeSingle<Schedule>(),
    );
    if (!schedule) throw new Problem("not_found", { detail: "There is no such schedule." });
    const name = `${schedule.name} ${what}`;
    if (format === "json" && what === "schedule") {
      const { id, format, phased, games_per_team, season_id, status } = schedule;
      const head = { id, name: schedule.name, format, phased, games_per_team, season_id, status };
      return await json(c, name, what, { schedule_id }, head);
    }
    if (format === "ics") {
      const calendar = CalendarFeed.parse(await answerOf(client.rpc("schedule_calendar", { schedule_id })));
      return c.body(calendarOf(calendar), 200, headersOf(schedule.name, "ics"));
    }
    if (format === "pdf") {
      const rows = await gamesToPrint(c.var.caller.client, schedule_id);
      const { pdfOf } = await import("./pdf/mod.ts");
      const file = await pdfOf(rows, { title: schedule.name, paper, locale });
      return c.body(file as Uint8Array<ArrayBuffer>, 200, headersOf(schedule.name, "pdf"));
    }
    if (what === "schedule") {
      throw new Problem("invalid_input", { detail: "A whole schedule is exported as JSON; say what else by `what`." });
    }
    return await fileOf(c, format as "csv" | "xlsx" | "json", name, what, { schedule_id });
  });

  app.openapi(contract.exportOrganization, async (c) => {
    const { format, what, ...scope } = c.req.valid("query");
    return await fileOf(c, format, what, what, scope);
  });
}

/** More games than anyone prints would take more than a hosted function may compute. */
const mostPrinted = 1500;

async function gamesToPrint(client: Caller["client"], schedule_id: string): Promise<Cells[]> {
  const rows: Cells[] = [];
  for await (const page of pagesOf(client, "games", { schedule_id })) {
    rows.push(...page);
    if (rows.length > mostPrinted) {
      throw new Problem("payload_too_large", { detail: "A PDF has 1,500 games at most: take CSV for more." });
    }
  }
  return rows;
}

async function fileOf(c: Context<AppEnv>, format: "csv" | "xlsx" | "json", name: string, what: Kind, scope: Scope) {
  if (format === "json") return await json(c, name, what, scope);
  const pages = pagesOf(c.var.caller.client, what, scope);
  const body = format === "csv" ? await streamOf(csvOf(pages, what)) : await excelOf(pages, what);
  return c.body(body as ReadableStream, 200, headersOf(name, format));
}

async function json(
  c: Context<AppEnv>,
  name: string,
  what: Kind | "schedule",
  scope: Scope,
  head?: Record<string, unknown>,
) {
  const body = await streamOf(documentOf(c.var.caller.client, what, scope, head));
  return c.body(body, 200, headersOf(name, "json"));
}

/** Names of any script, and a plain one for programs that know none. */
export function headersOf(name: string, format: keyof typeof contract.mediaTypes): Record<string, string> {
  const plain = name.normalize("NFKD").replace(/[^\w .-]/g, "").replace(/\s+/g, " ").trim() || "schedule";
  const encoded = encodeURIComponent(`${name}.${format}`).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16)}`,
  );
  return {
    "content-type": contract.mediaTypes[format],
    "content-disposition": `attachment; filename="${plain}.${format}"; filename*=UTF-8''${encoded}`,
  };
}
