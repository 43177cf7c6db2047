import assert from "node:assert/strict";
import { KEYS } from "../../scripts/stack/keys.ts";
import { repositoryRoot } from "../../scripts/stack/project.ts";
import { withTestDatabase } from "../../scripts/testing/database.ts";
import { snapshots } from "../../scripts/testing/scratch.ts";
import { Collector, type Span } from "./collector.ts";

/** What a browser that traces would send: its own span began the trace. */
const traceId = crypto.getRandomValues(new Uint8Array(16)).toHex();
const clientSpan = "b7ad6b7169203331";
const traceparent = `00-${traceId}-${clientSpan}-01`;

const delay = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function withTracedStack(collector: Collector, database: string, use: (url: string) => Promise<void>) {
  const data = await Deno.makeTempDir();
  const args = ["scripts/stack/main.ts", "--port", "0", "--data", data, "--snapshots", snapshots];
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-check", "--allow-all", ...args],
    cwd: repositoryRoot,
    env: { DATABASE_URL: database, NO_COLOR: "1", OUTBOUND_ALLOW_PRIVATE: "127.0.0.1", ...collector.env },
    stdout: "piped",
    stderr: "null",
  }).spawn();
  try {
    await use(await addressOf(child.stdout));
  } finally {
    child.kill("SIGTERM");
    await child.status;
    await Deno.remove(data, { recursive: true });
  }
}

async function addressOf(stdout: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> {
  const [mine, rest] = stdout.tee();
  rest.pipeTo(new WritableStream()).catch(() => {});
  let said = "";
  for await (const text of mine.pipeThrough(new TextDecoderStream())) {
    said += text;
    const address = said.match(/^API\s+(\S+)\/rest\/v1$/m);
    if (address) return address[1]!;
  }
  throw new Error(`the stack ended before it served: ${said}`);
}

async function ask(url: string, path: string, headers: Record<string, string>, body?: unknown) {
  const response = await fetch(`${url}${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: { "content-type": "application/json", apikey: KEYS.publishable, ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const answer = await response.json();
  assert.ok(response.ok, `${path}: ${response.status} ${JSON.stringify(answer)}`);
  return answer;
}

/** A webhook of the operator's own, whose receiver keeps the trace context that it is sent. */
async function receiveWebhooks(url: string) {
  const received: { traceparent: string | null; event: { type: string; traceparent: string } }[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    received.push({ traceparent: request.headers.get("traceparent"), event: await request.json() });
    return new Response(null, { status: 204 });
  });
  const webhook = { name: "Traces", types: ["appointment.booked"], url: `http://127.0.0.1:${server.addr.port}/hook` };
  await ask(url, "/rest/v1/rpc/create_webhook", { apikey: KEYS.secret }, { organization_id: null, webhook });
  return { received, [Symbol.asyncDispose]: () => server.shutdown() };
}

/** Books the first free slot of the seed's clinic, within the trace. */
async function bookTraced(url: string) {
  const credentials = { email: "customer@example.test", password: "almanac-demo" };
  const session = await ask(url, "/auth/v1/token?grant_type=password", {}, credentials);
  const headers = { authorization: `Bearer ${session.access_token}` };
  const [{ id: service_id }] = await ask(url, "/rest/v1/services?select=id&name=eq.General%20consultation", headers);
  const day = (n: number) => new Date(Date.now() + n * 86_400_000).toISOString();
  const range = { service_id, from_time: day(2), to_time: day(30) };
  const [{ starts_at }] = await ask(url, "/rest/v1/rpc/available_slots", headers, range);
  const path = "/functions/v1/appointments/appointments";
  return ask(url, path, { ...headers, traceparent }, { service_id, starts_at });
}

async function spanOf(collector: Collector, what: string, wanted: (span: Span) => boolean): Promise<Span> {
  for (const until = Date.now() + 30_000; Date.now() < until;) {
    const found = collector.spans.find((span) => span.traceId === traceId && wanted(span));
    if (found) return found;
    await delay(100);
  }
  const names = collector.spans.filter((span) => span.traceId === traceId).map(({ name }) => name);
  throw new Error(`no span of ${what}; the trace has ${names.join(", ") || "none"}`);
}

/** The spans from this one up to the client's. */
function ancestry(collector: Collector, span: Span): Span[] {
  const parent = span.parentSpanId;
  if (!parent || parent === clientSpan) {
    assert.equal(parent, clientSpan, `${span.name} begins a trace of its own`);
    return [span];
  }
  const above = collector.spans.find(({ spanId }) => spanId === parent);
  assert.ok(above, `the parent of ${span.name} was never reported`);
  return [span, ...ancestry(collector, above)];
}

/** What a function logged, from the lines of its console that were exported. */
function linesOf(collector: Collector, logger: string): Record<string, unknown>[] {
  const texts = collector.logs.flatMap((body) => [...body.matchAll(/"stringValue": ?("(?:[^"\\]|\\.)*")/g)]);
  const lines = texts.map(([, text]) => JSON.parse(text!) as string).filter((text) => text.startsWith('{"@timestamp"'));
  return lines.map((text) => JSON.parse(text)).filter((line) => line.logger === logger);
}

const server = Deno.env.get("DATABASE_URL");
const onDatabase = (use: (url: string) => Promise<void>) => server ? withTestDatabase(server, use) : use("");

Deno.test("one trace leads from the request through the command's event to the job and the webhook", () =>
  onDatabase(async (database) => {
    await using collector = new Collector();
    await withTracedStack(collector, database, async (url) => {
      await using receiver = await receiveWebhooks(url);
      const { id } = await bookTraced(url);
      const job = await spanOf(collector, "the job", ({ name }) => name === "job refresh_day");
      const request = await spanOf(collector, "the request", ({ name }) => name === "POST /appointments/appointments");
      assert.deepEqual([request.attributes["http.response.status_code"], request.kind], ["201", 2]);
      assert.equal(job.attributes["almanac.queue"], "appointments");

      const path = ancestry(collector, job);
      assert.ok(path.includes(request), path.map(({ name }) => name).join(" < "));
      // The job's own calls of the database are below it, not below whatever woke the worker.
      await spanOf(collector, "a call of the job", (span) => span.kind === 3 && span.parentSpanId === job.spanId);

      const webhook = await spanOf(collector, "the webhook", ({ name }) => name === "webhook appointment.booked");
      const beside = ancestry(collector, webhook);
      assert.ok(beside.includes(request), beside.map(({ name }) => name).join(" < "));
      assert.equal(webhook.parentSpanId, job.parentSpanId, "both follow from the same event");
      const [{ traceparent: sent, event }] = receiver.received as [typeof receiver.received[number]];
      assert.equal(sent, `00-${traceId}-${webhook.spanId}-01`, "the receiver can go on with the trace");
      assert.equal(event.traceparent, `00-${traceId}-${webhook.parentSpanId}-01`);

      // A client that does not trace begins nothing: the stack's own span is the root, and all else is below it.
      const answered = await fetch(`${url}/functions/v1/platform/health?strict=true`);
      await answered.body?.cancel();
      const untraced = () => collector.spans.find(({ name }) => name === "GET /platform/health");
      for (const until = Date.now() + 10_000; !untraced() && Date.now() < until;) await delay(100);
      const server = collector.spans.find(({ spanId }) => spanId === untraced()?.parentSpanId);
      assert.ok(server && !server.parentSpanId, "the stack's span is the root");

      const told = JSON.stringify(collector.spans);
      assert.ok(!told.includes("customer@example.test") && !told.includes(id), "no span holds an id or a name");

      await (await fetch(`${url}/functions/v1/appointments/ada.lovelace%40example.org?token=planted`)).body?.cancel();
      const lines = () => linesOf(collector, "almanac.appointments");
      for (const until = Date.now() + 10_000; !lines().some(({ status }) => status === 404);) {
        assert.ok(Date.now() < until, "the refusal is logged");
        await delay(100);
      }
      const line = lines().find(({ trace_id, message }) => trace_id === traceId && message === "request");
      assert.deepEqual([line?.route, line?.status, line?.span_id], [
        "/appointments/appointments",
        201,
        request.spanId,
      ]);
      assert.ok(line?.request_id && Number(line.ms) > 0);
      assert.doesNotMatch(JSON.stringify(lines()), /lovelace|planted/);
    });
  }));
