import type { Context } from "hono";
import { answerOf } from "../../../../shared/db/answer.ts";
import { pageOf } from "../../../../shared/db/page.ts";
import type { App } from "../../../../shared/http/app.ts";
import type { AppEnv } from "../../../../shared/http/auth.ts";
import { Problem } from "../../../../shared/http/problem.ts";
import * as contract from "./contract.ts";
import type { File, Format } from "./read-file.ts";
import { Import, ImportPage } from "./schemas.ts";
import { stagePart } from "./stage.ts";

/** Files of teams, venues, games and constraints: staged, checked, applied. */
export function registerImports(app: App): void {
  registerFiles(app);
  registerVerdicts(app);

  app.openapi(contract.read, async (c) => c.json(await importOf(c, c.req.valid("param").id), 200));

  app.openapi(contract.list, async (c) => {
    const { limit, cursor, ...equal } = c.req.valid("query");
    const query = c.var.caller.client.from("imports").select("*")
      .match(Object.fromEntries(Object.entries(equal).filter(([, value]) => value !== undefined)));
    const { rows, next_cursor } = await pageOf(query, "created_at", { limit, cursor });
    return c.json(ImportPage.parse({ items: rows, next_cursor }), 200);
  });

  app.openapi(contract.discard, async (c) => {
    await answerOf(c.var.caller.client.rpc("discard_import", { import_id: c.req.valid("param").id }));
    return c.body(null, 204);
  });
}

function registerFiles(app: App): void {
  app.openapi(contract.create, async (c) => {
    const { format, dry_run, ...asked } = c.req.valid("query");
    const { client } = c.var.caller;
    const idempotency_key = c.req.valid("header")["idempotency-key"];
    const file = fileOf(c, format);
    // A stream cannot be read twice: a file is known by its kind and length.
    const known = file && [file.contentType, format, c.req.header("content-length"), dry_run].join(" ");
    const made = Import.parse(await answerOf(client.rpc("create_import", { ...asked, file: known, idempotency_key })));
    c.header("location", `${c.var.settings.url}/functions/v1/scheduling/imports/${made.id}`);
    if (!file || made.status === "applied" || made.status === "queued") return c.json(made, 201);
    try {
      await stagePart(client, made.id, 1, made.what, file);
    } catch (failure) {
      // With a key it is sent again under the same id; without one nobody would come back for it.
      if (!idempotency_key) await answerOf(client.rpc("discard_import", { import_id: made.id })).catch(() => {});
      throw failure;
    }
    const result = await verdict(c, dry_run ? "check_import" : "apply_import", made.id);
    return c.json(result, result.status === "queued" ? 202 : 201);
  });

  app.openapi(contract.putPart, async (c) => {
    const { id, part } = c.req.valid("param");
    const file = fileOf(c, c.req.valid("query").format);
    if (!file) throw new Problem("import_empty");
    const { what } = await importOf(c, id);
    const rows = await stagePart(c.var.caller.client, id, part, what, file);
    return c.json({ part, rows }, 200);
  });
}

function registerVerdicts(app: App): void {
  app.openapi(contract.check, async (c) => {
    const result = await verdict(c, "check_import", c.req.valid("param").id);
    return c.json(result, result.status === "queued" ? 202 : 200);
  });

  app.openapi(contract.apply, async (c) => {
    const result = await verdict(c, "apply_import", c.req.valid("param").id);
    return c.json(result, result.status === "queued" ? 202 : 200);
  });
}

async function verdict(c: Context<AppEnv>, command: "check_import" | "apply_import", import_id: string) {
  const result = Import.parse(await answerOf(c.var.caller.client.rpc(command, { import_id })));
  if (command === "apply_import" && result.status === "checked") {
    throw new Problem("import_faulty", { members: { import: result } });
  }
  return result;
}

async function importOf(c: Context<AppEnv>, id: string) {
  const row = await answerOf(c.var.caller.client.from("imports").select("*").eq("id", id).maybeSingle());
  if (!row) throw new Problem("not_found", { detail: "There is no such import." });
  return Import.parse(row);
}

/** The body, unless there is none. */
function fileOf(c: Context<AppEnv>, format: Format | undefined): File | undefined {
  const { body } = c.req.raw;
  if (!body || c.req.header("content-length") === "0") return;
  return { body, contentType: c.req.header("content-type"), format };
}
