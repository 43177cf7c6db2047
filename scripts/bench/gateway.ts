import { answerOf } from "../../shared/db/answer.ts";
import { withTestDatabase } from "../testing/database.ts";
import { withStack } from "../testing/stack.ts";
import { KEYS } from "../stack/keys.ts";
import { type Context, type Figure, quantile, type Row } from "./figure.ts";
import { createClient } from "@supabase/supabase-js";
import type { Database } from "../../shared/db/types.ts";

const said = (times: number[]) =>
  `p50 ${quantile(times, 0.5).toFixed(1)} ms, p95 ${quantile(times, 0.95).toFixed(1)} ms`;

async function timesOf(rounds: number, ask: () => Promise<Response>): Promise<number[]> {
  const times: number[] = [];
  for (let round = -20; round < rounds; round++) {
    const started = performance.now();
    const response = await ask();
    await response.body?.cancel();
    if (!response.ok) throw new Error(`${response.status}`);
    if (round >= 0) times.push(performance.now() - started);
  }
  return times;
}

/** An organization with a key and one service on the loopback interface. */
async function prepare(url: string, endpoint: string) {
  const operator = createClient<Database>(url, KEYS.secret, { auth: { persistSession: false } });
  const founded = await answerOf(operator.rpc("create_organization", {
    name: "Bench",
    slug: "bench",
    kind: "enterprise",
    time_zone: "UTC",
  })) as { id: string };
  const organization_id = founded.id;
  await answerOf(operator.rpc("set_organization_tier", { organization_id, tier: "premium" }));
  const { key } = await answerOf(
    operator.rpc("create_api_key", { organization_id, name: "bench", scopes: ["gateway.call"] }),
  ) as { key: string };
  const adapter = { name: "bench", endpoint, scheme: "none", allow_private: true };
  await answerOf(operator.rpc("save_adapter", { organization_id, adapter }));
  return { operator, organization_id, key };
}

async function rowsOf(url: string, engine: string, rounds: number): Promise<Row[]> {
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, () => Response.json({ ok: true }));
  const endpoint = `http://127.0.0.1:${server.addr.port}`;
  try {
    const { operator, organization_id, key } = await prepare(url, endpoint);
    const through = () => fetch(`${url}/functions/v1/gateway/v1/bench/x`, { headers: { "x-api-key": key } });
    const direct = await timesOf(rounds, () => fetch(`${endpoint}/x`));
    const health = await timesOf(rounds, () => fetch(`${url}/functions/v1/gateway/health`));
    const gateway = await timesOf(rounds, through);
    await answerOf(operator.rpc("set_organization_plugin", { organization_id, plugin: "response-cache" }));
    const kept = await timesOf(rounds, through);
    return [
      { figure: `${engine}: a service, direct`, measured: said(direct) },
      { figure: `${engine}: a function that does nothing`, measured: said(health) },
      { figure: `${engine}: the service through the gateway`, measured: said(gateway) },
      { figure: `${engine}: a kept answer`, measured: said(kept) },
    ];
  } finally {
    await server.shutdown();
  }
}

async function measure({ server, quick }: Context): Promise<Row[]> {
  const rounds = quick ? 50 : 500;
  const embedded = await withStack(undefined, ({ url }) => rowsOf(url, "embedded", rounds));
  const native = await withTestDatabase(
    server,
    (database) => withStack(database, ({ url }) => rowsOf(url, "native", rounds)),
  );
  return [...embedded, ...native];
}

export const gateway: Figure = { name: "gateway", about: "what the gateway adds to a call", run: measure };
