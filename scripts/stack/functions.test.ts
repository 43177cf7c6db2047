import assert from "node:assert/strict";
import { join } from "node:path";
import { createFunctions, type FunctionsOptions } from "./functions.ts";

const ECHO = `import { greeting } from "../../../shared/greeting.ts";
export default {
  fetch: async (request: Request) =>
    Response.json({
      greeting,
      path: new URL(request.url).pathname,
      body: await request.text(),
      url: Deno.env.get("SUPABASE_URL"),
      home: Deno.env.get("HOME") ?? null,
      secret: process.env.LOCAL_SECRET,
    }, { status: 201, headers: [["set-cookie", "a=1"], ["set-cookie", "b=2"]] }),
};`;

const CLASSIC = `let calls = 0;
Deno.serve(async (request) => {
  calls += 1;
  switch (new URL(request.url).pathname.split("/")[2]) {
    case "slow": await new Promise((resolve) => setTimeout(resolve, 300)); return new Response("slow one");
    case "throw": throw new Error("on purpose");
    case "crash": queueMicrotask(() => { throw new Error("outside"); }); return await new Promise(() => {});
    case "hang": return await new Promise(() => {});
    case "exit": Deno.exit(1);
    case "background":
      EdgeRuntime.waitUntil(new Promise((resolve) => setTimeout(resolve, 200)).then(() => Deno.writeTextFile(MARK, "done")));
      return new Response(null, { status: 204 });
    case "upper":
      return new Response(request.body!.pipeThrough(new TextDecoderStream())
        .pipeThrough(new TransformStream({ transform: (text, out) => out.enqueue(text.toUpperCase()) }))
        .pipeThrough(new TextEncoderStream()));
  }
  return new Response(String(calls));
});`;

const CONFIG = `[functions.echo]
verify_jwt = false

[functions.classic]
verify_jwt = false

[functions.retired]
enabled = false
`;

interface Project extends AsyncDisposable {
  root: string;
  lines: string[];
  write(path: string, text: string): Promise<void>;
  call(path: string, init?: RequestInit): Promise<Response>;
  stop(): Promise<void>;
}

async function project(options: Partial<FunctionsOptions> = {}): Promise<Project> {
  const root = await Deno.makeTempDir();
  const lines: string[] = [];
  const write = async (path: string, text: string) => {
    await Deno.mkdir(join(root, path, ".."), { recursive: true });
    await Deno.writeTextFile(join(root, path), text);
  };
  await write("supabase/config.toml", CONFIG);
  await write("supabase/functions/.env", "LOCAL_SECRET=s3cret\nSUPABASE_URL=overridden\n");
  await write("supabase/functions/echo/index.ts", ECHO);
  await write("supabase/functions/guarded/index.ts", ECHO);
  await write("supabase/functions/retired/index.ts", ECHO);
  const mark = JSON.stringify(join(root, "mark"));
  await write("supabase/functions/classic/index.ts", CLASSIC.replace("MARK", mark));
  await write("shared/greeting.ts", 'export const greeting = "hello";');
  const functions = await createFunctions({
    root,
    verify: (token) => token === "a.good.token" ? Promise.resolve({}) : Promise.reject(new Error("forged")),
    env: { SUPABASE_URL: "http://localhost:1" },
    log: (line) => lines.push(line),
    ...options,
  });
  let stopped: Promise<void> | undefined;
  const stop = () => stopped ??= functions.stop();
  return {
    root,
    lines,
    stop,
    write,
    call: (path, init) => functions.handle(new Request(`http://localhost:1/functions/v1${path}`, init)),
    [Symbol.asyncDispose]: async () => {
      await stop();
      await Deno.remove(root, { recursive: true });
    },
  };
}

/** Asks until the answer satisfies, for a reload takes the time the watcher waits for more changes. */
async function eventually(ask: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await ask())) {
    assert.ok(Date.now() < deadline, "nothing changed within 10 s");
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** The status alone; the body is let go, for a function waits with its end until responses have been read. */
async function statusOf(asked: Promise<Response>): Promise<number> {
  const response = await asked;
  await response.body?.cancel();
  return response.status;
}

const codeOf = async (response: Response) => [response.status, (await response.json()).code];

Deno.test("a function sees hosted's path, its own environment and nothing of the stack's", async () => {
  await using it = await project();
  const response = await it.call("/echo/things?x=1", { method: "POST", body: "hi" });
  assert.equal(response.status, 201);
  assert.deepEqual(response.headers.getSetCookie(), ["a=1", "b=2"]);
  assert.deepEqual(await response.json(), {
    greeting: "hello",
    path: "/echo/things",
    body: "hi",
    url: "http://localhost:1",
    home: null,
    secret: "s3cret",
  });
});

Deno.test("Deno.serve is served too, and bodies stream both ways", async () => {
  await using it = await project();
  assert.equal(await (await it.call("/classic")).text(), "1");
  assert.equal(await (await it.call("/classic")).text(), "2");
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const response = await it.call("/classic/upper", { method: "POST", body: readable });
  const writer = writable.getWriter(), reader = response.body!.getReader();
  for (const word of ["one", "two"]) {
    await writer.write(new TextEncoder().encode(word));
    assert.equal(new TextDecoder().decode((await reader.read()).value), word.toUpperCase());
  }
  await writer.close();
  assert.equal((await reader.read()).done, true);
});

Deno.test("a guarded function wants a token that verifies; unknown and disabled ones are not found", async () => {
  await using it = await project();
  const call = (authorization?: string) => it.call("/guarded", authorization ? { headers: { authorization } } : {});
  assert.deepEqual(await codeOf(await call()), [401, "UNAUTHORIZED_NO_AUTH_HEADER"]);
  assert.deepEqual(await codeOf(await call("Basic x")), [401, "UNAUTHORIZED_INVALID_JWT_FORMAT"]);
  assert.deepEqual(await codeOf(await call("Bearer sb_publishable_x")), [401, "UNAUTHORIZED_INVALID_JWT_FORMAT"]);
  assert.deepEqual(await codeOf(await call("Bearer a.forged.token")), [401, "UNAUTHORIZED_ASYMMETRIC_JWT"]);
  assert.equal(await statusOf(call("Bearer a.good.token")), 201);
  for (const path of ["/missing", "/retired", "/", "/..%2f", "/constructor"]) {
    assert.deepEqual(await codeOf(await it.call(path)), [404, "NOT_FOUND"], path);
  }
});

Deno.test("a thrown error and a crash are 500 and the next request is served", async () => {
  await using it = await project();
  for (const path of ["throw", "crash", "exit"]) {
    assert.deepEqual(await codeOf(await it.call(`/classic/${path}`)), [500, "WORKER_ERROR"], path);
    assert.equal(await statusOf(it.call("/classic")), 200);
  }
  assert.match(it.lines.join("\n"), /on purpose[\s\S]*outside[\s\S]*Deno\.exit/);
});

Deno.test("a function that sends nothing in time is 504", async () => {
  await using it = await project({ limitMs: 100 });
  assert.deepEqual(await codeOf(await it.call("/classic/hang")), [504, "IDLE_TIMEOUT"]);
});

Deno.test("a client that leaves ends its request and harms nobody", async () => {
  await using it = await project();
  const leaving = AbortSignal.timeout(50);
  assert.equal((await it.call("/classic/hang", { signal: leaving })).status, 499);
  assert.equal(await statusOf(it.call("/classic")), 200);
  assert.deepEqual(it.lines, []);
});

Deno.test("a client that leaves while its function starts is not waited for", async () => {
  await using it = await project();
  assert.equal((await it.call("/classic/hang", { signal: AbortSignal.abort() })).status, 499);
});

Deno.test("background tasks finish before a function ends", async () => {
  await using it = await project();
  assert.equal((await it.call("/classic/background")).status, 204);
  await it.stop();
  assert.equal(await Deno.readTextFile(join(it.root, "mark")), "done");
});

Deno.test("a changed shared file is served at once, while a request under way ends on the old code", async () => {
  await using it = await project();
  const greeting = async () => (await (await it.call("/echo")).json()).greeting;
  assert.equal(await greeting(), "hello");
  await statusOf(it.call("/classic"));
  const slow = it.call("/classic/slow");
  await it.write("shared/greeting.ts", 'export const greeting = "changed";');
  await eventually(async () => await greeting() === "changed");
  assert.equal(await (await slow).text(), "slow one");
});

Deno.test("a broken edit is 503 with the reason in the log, and heals at the next save", async () => {
  await using it = await project();
  assert.equal(await statusOf(it.call("/echo")), 201);
  await it.write("shared/greeting.ts", "export const greeting = ;");
  await eventually(async () => await statusOf(it.call("/echo")) === 503);
  assert.deepEqual(await codeOf(await it.call("/echo")), [503, "BOOT_ERROR"]);
  assert.match(it.lines.join("\n"), /function echo: .*Expression expected[\s\S]*greeting\.ts:1/);
  await it.write("shared/greeting.ts", 'export const greeting = "healed";');
  await eventually(async () => await statusOf(it.call("/echo")) === 201);
});
