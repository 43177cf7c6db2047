import type { Context } from "hono";
import { answerOf } from "../../../shared/db/answer.ts";
import type { App } from "../../../shared/http/app.ts";
import type { AppEnv } from "../../../shared/http/auth.ts";
import { decodeCursor, encodeCursor } from "../../../shared/http/cursor.ts";
import { registerDocument, registerHealth, registerJobs } from "../../../shared/http/function-routes.ts";
import { Problem } from "../../../shared/http/problem.ts";
import { etagOf } from "../../../shared/http/version.ts";
import * as contract from "./contract.ts";
import { drainJobs } from "./jobs.ts";
import { Policy, PolicyPage, PolicyVersion, PolicyVersions, Publication } from "./schemas.ts";

/** Every route of the function: parse, one call, respond. What is allowed is the database's business. */
export function registerRoutes(app: App): void {
  registerReads(app);
  registerWrites(app);
  registerJobs(app, drainJobs);
  registerHealth(app);
  registerDocument(app, contract.info);
}

function tagged(c: Context<AppEnv>, answer: unknown) {
  const policy = Policy.parse(answer);
  c.header("etag", etagOf(policy.version));
  return policy;
}

function registerReads(app: App): void {
  app.openapi(contract.list, async (c) => {
    const { limit, cursor, ...equal } = c.req.valid("query");
    let query = c.var.caller.client.from("policies").select("*")
      .match(Object.fromEntries(Object.entries(equal).filter(([, value]) => value !== undefined)))
      .order("created_at", { ascending: false }).order("id", { ascending: false }).limit(limit + 1);
    if (cursor) {
      const { after, id } = decodeCursor(cursor);
      query = query.lte("created_at", after).or(`created_at.lt."${after}",id.lt.${id}`);
    }
    const rows = await answerOf(query);
    const last = rows.length > limit ? rows[limit - 1] : undefined;
    const next_cursor = last ? encodeCursor({ after: last.created_at, id: last.id }) : null;
    return c.json(PolicyPage.parse({ items: rows.slice(0, limit), next_cursor }), 200);
  });

  app.openapi(contract.read, async (c) => {
    const { id } = c.req.valid("param");
    const row = await answerOf(c.var.caller.client.from("policies").select("*").eq("id", id).maybeSingle());
    if (!row) throw new Problem("not_found", { detail: "There is no such policy." });
    return c.json(tagged(c, row), 200);
  });

  app.openapi(contract.versions, async (c) => {
    const { id } = c.req.valid("param");
    const { client } = c.var.caller;
    const policy = await answerOf(client.from("policies").select("id").eq("id", id).maybeSingle());
    if (!policy) throw new Problem("not_found", { detail: "There is no such policy." });
    const rows = await answerOf(
      client.from("policy_versions").select("*").eq("policy_id", id).order("number", { ascending: false }).limit(1000),
    );
    return c.json(PolicyVersions.parse({ items: PolicyVersion.array().parse(rows) }), 200);
  });
}

function registerWrites(app: App): void {
  app.openapi(contract.create, async (c) => {
    const { effective_from, ...policy } = c.req.valid("json");
    const idempotency_key = c.req.valid("header")["idempotency-key"];
    const created = tagged(
      c,
      await answerOf(c.var.caller.client.rpc("create_policy", {
        ...policy,
        effective_from: effective_from ?? undefined,
        idempotency_key,
      })),
    );
    c.header("location", `${c.var.settings.url}/functions/v1/documents/policies/${created.id}`);
    return c.json(created, 201);
  });

  app.openapi(contract.save, async (c) => {
    const { body, effective_from } = c.req.valid("json");
    const saved = await answerOf(c.var.caller.client.rpc("save_policy_version", {
      ...targetOf(c.req.valid("param"), c.req.valid("header")),
      body,
      effective_from: effective_from ?? undefined,
      idempotency_key: c.req.valid("header")["idempotency-key"],
    }));
    return c.json(tagged(c, saved), 201);
  });

  app.openapi(contract.publish, async (c) => {
    const saga = await answerOf(c.var.caller.client.rpc("publish_policy", {
      ...targetOf(c.req.valid("param"), c.req.valid("header")),
      number: c.req.valid("json")?.number,
      idempotency_key: c.req.valid("header")["idempotency-key"],
    })) as { id: string; status: string; input: object };
    c.header("location", `${c.var.settings.url}/functions/v1/platform/sagas/${saga.id}`);
    return c.json(Publication.parse({ saga_id: saga.id, status: saga.status, ...saga.input }), 202);
  });

  app.openapi(contract.withdraw, async (c) => {
    const target = targetOf(c.req.valid("param"), c.req.valid("header"));
    return c.json(tagged(c, await answerOf(c.var.caller.client.rpc("withdraw_policy", target))), 200);
  });

  app.openapi(contract.archive, async (c) => {
    const target = targetOf(c.req.valid("param"), c.req.valid("header"));
    return c.json(tagged(c, await answerOf(c.var.caller.client.rpc("archive_policy", target))), 200);
  });
}

const targetOf = ({ id }: { id: string }, { "if-match": expected_version }: { "if-match"?: number }) => ({
  policy_id: id,
  expected_version,
});
