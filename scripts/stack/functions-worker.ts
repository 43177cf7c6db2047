/**
 * Runs in the thread of one Edge Function: loads it, hands it requests, and gives it the globals of hosted's runtime.
 *
 * @module
 */
import type { FromIsolate, ToIsolate } from "./functions-protocol.ts";

type Handler = (request: Request, info: unknown) => Response | Promise<Response>;

interface Scope {
  onmessage: ((event: MessageEvent<ToIsolate>) => void) | null;
  postMessage(message: FromIsolate, transfer?: Transferable[]): void;
}

const scope = self as unknown as Scope;
const underWay = new Map<number, AbortController>();
const background = new Set<Promise<unknown>>();
let handler: Handler | undefined;

const reasonOf = (error: unknown) => error instanceof Error ? error.stack ?? error.message : String(error);

function define(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, configurable: true, writable: true });
}

/** Only the function's own secrets: threads of one process would otherwise share the environment of the stack. */
function isolateEnvironment(env: Record<string, string>): void {
  const values = new Map(Object.entries(env));
  define(Deno, "env", {
    get: (name: string) => values.get(name),
    has: (name: string) => values.has(name),
    set: (name: string, value: string) => void values.set(name, value),
    delete: (name: string) => void values.delete(name),
    toObject: () => Object.fromEntries(values),
  });
}

function provideRuntime(): void {
  define(globalThis, "EdgeRuntime", {
    waitUntil(task: Promise<unknown>) {
      const tracked = Promise.resolve(task)
        .catch((error) => console.error(`background task: ${reasonOf(error)}`))
        .finally(() => background.delete(tracked));
      background.add(tracked);
      return task;
    },
  });
  define(Deno, "serve", (first: unknown, second?: unknown) => {
    const options = first as { handler?: Handler };
    handler = (typeof first === "function" ? first : second ?? options.handler) as Handler;
    const addr = { transport: "tcp", hostname: "0.0.0.0", port: 0 };
    return { addr, finished: new Promise(() => {}), shutdown: () => Promise.resolve(), ref() {}, unref() {} };
  });
  define(Deno, "exit", () => {
    throw new Error("Deno.exit is not available in an Edge Function"); // it would end the thread without a word
  });
}

async function boot(entrypoint: string, env: Record<string, string>): Promise<void> {
  isolateEnvironment(env);
  provideRuntime();
  try {
    const module = await import(entrypoint);
    const exported = module.default;
    if (typeof exported?.fetch === "function") handler = (request, info) => exported.fetch(request, info);
    if (handler) return scope.postMessage({ type: "ready" });
    scope.postMessage({ type: "failed", reason: "neither Deno.serve(handler) nor export default { fetch }" });
  } catch (error) {
    scope.postMessage({ type: "failed", reason: reasonOf(error) });
  }
}

async function answer(message: Extract<ToIsolate, { type: "request" }>): Promise<void> {
  const { id, method, url, headers, body, remoteAddress } = message;
  const controller = new AbortController();
  underWay.set(id, controller);
  try {
    const request = new Request(url, { method, headers, body, signal: controller.signal });
    const info = { remoteAddr: { transport: "tcp", hostname: remoteAddress, port: 0 }, completed: Promise.resolve() };
    const response = await handler!(request, info);
    const { status, statusText } = response;
    scope.postMessage(
      { type: "response", id, status, statusText, headers: [...response.headers], body: response.body },
      response.body ? [response.body] : [],
    );
  } catch (error) {
    scope.postMessage({ type: "threw", id, reason: reasonOf(error) });
  } finally {
    underWay.delete(id);
  }
}

/** No request will come any more: lets background tasks finish and tells the host that the thread may end. */
async function retire(): Promise<void> {
  globalThis.dispatchEvent(new Event("beforeunload"));
  while (background.size > 0) await Promise.allSettled(background);
  scope.postMessage({ type: "idle" });
}

scope.onmessage = ({ data }) => {
  switch (data.type) {
    case "boot":
      return void boot(data.entrypoint, data.env);
    case "request":
      return void answer(data);
    case "cancel":
      return underWay.get(data.id)?.abort();
    case "retire":
      return void retire();
  }
};
