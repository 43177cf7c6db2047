import assert from "node:assert/strict";
import { type LogEntry, messages, withLog } from "./log.ts";

function logged(handler: (request: Request) => Response | Promise<Response>) {
  const lines: string[] = [];
  const serve = withLog<void>(handler, (line) => lines.push(line));
  return { lines, serve: (url: string, headers: HeadersInit = {}) => serve(new Request(url, { headers })) };
}

Deno.test("a line says what was asked and answered, and no value of the query", async () => {
  const { lines, serve } = logged(() => new Response("made", { status: 201, headers: { "x-other": "kept" } }));
  const response = await serve("http://localhost/rest/v1/users?email=eq.ada@example.com&email=neq.x&select=*");
  const entry = JSON.parse(lines[0]!) as LogEntry;
  assert.equal(entry.path, "/rest/v1/users?email&select");
  assert.equal(entry.status, 201);
  assert.ok(Number.isFinite(Date.parse(entry.ts)) && entry.ms >= 0);
  assert.equal(response.headers.get("x-request-id"), entry.request_id);
  assert.equal(response.headers.get("x-other"), "kept");
  assert.equal(await response.text(), "made");
  assert.doesNotMatch(lines.join(), /ada/);
});

Deno.test("a sane x-request-id is kept, and reaches the handler; another one is replaced", async () => {
  const { serve } = logged((request) => new Response(request.headers.get("x-request-id")));
  const kept = await serve("http://localhost/", { "x-request-id": "caller-7" });
  assert.equal(await kept.text(), "caller-7");
  const forged = await serve("http://localhost/", { "x-request-id": '{"status":200} forged' });
  const id = await forged.text();
  assert.match(id, /^[0-9a-f-]{36}$/);
  assert.equal(forged.headers.get("x-request-id"), id);
});

Deno.test("an error of the handler is in the log and not in the answer", async () => {
  const { lines, serve } = logged(() => {
    throw new Error("secret reason");
  });
  const response = await serve("http://localhost/");
  assert.equal(response.status, 500);
  assert.doesNotMatch(await response.text(), /secret/);
  assert.match(lines[0]!, /secret reason/);
  assert.equal(JSON.parse(lines[1]!).status, 500);
});

Deno.test("what a service says is one line, however many it has", () => {
  const lines: string[] = [];
  messages((line) => lines.push(line))("function echo: SyntaxError\n    at index.ts:1");
  assert.deepEqual(lines.map((line) => line.includes("\n")), [false]);
  assert.match(JSON.parse(lines[0]!).message, /SyntaxError\n/);
});
