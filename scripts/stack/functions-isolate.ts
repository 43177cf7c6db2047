import type { FromIsolate, ToIsolate } from "./functions-protocol.ts";
import { tracedHeaders } from "./trace.ts";

/** The function's code could not be loaded. */
export class BootError extends Error {}

/** The function failed outside its handler's own error handling, and with it this request. */
export class IsolateError extends Error {}

/** The function sent no response within the limit. It goes on working; nobody listens. */
export class IdleTimeout extends Error {}

/** The client left before there was a response. */
export class ClientGone extends Error {}

interface Pending {
  resolve(response: ResponseMessage): void;
  reject(error: Error): void;
}

type ResponseMessage = Extract<FromIsolate, { type: "response" }>;

const WITHOUT_BODY = new Set([101, 204, 205, 304]);

/**
 * One function in a thread of its own, with modules loaded afresh: code of the next one can differ, globals of another
 * function cannot interfere, and a busy loop stops neither the database nor its neighbours.
 */
export class Isolate {
  readonly #worker = new Worker(new URL("./functions-worker.ts", import.meta.url), { type: "module" });
  readonly #pending = new Map<number, Pending>();
  readonly #booted = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<void>();
  readonly #bodies = new Set<ReadableStreamDefaultController<Uint8Array>>();
  #next = 0;
  #underWay = 0; // requests whose response has not been read to its end
  #retiring = false;
  #dead = false;

  /** Starts to load `entrypoint`, a file URL. `onCrash` hears of an error that no request waits for. */
  constructor(entrypoint: string, env: Record<string, string>, onCrash: (reason: string) => void) {
    this.#worker.onmessage = ({ data }: MessageEvent<FromIsolate>) => this.#receive(data);
    this.#worker.onerror = (event) => {
      event.preventDefault(); // an unhandled error of a function must not end the stack
      this.terminate(event.message);
      onCrash(event.message);
    };
    this.#booted.promise.catch(() => {});
    this.#post({ type: "boot", entrypoint, env });
  }

  /** False once the thread has ended, however it ended. */
  get alive(): boolean {
    return !this.#dead;
  }

  /** Hands over a request; rejects with one of the errors of this module. */
  async fetch(request: Request, url: URL, remoteAddress: string, limitMs: number): Promise<Response> {
    this.#underWay += 1;
    try {
      const { status, statusText, headers, body } = await this.#call(request, url, remoteAddress, limitMs);
      const tracked = body === null || WITHOUT_BODY.has(status) ? null : this.#track(body);
      if (tracked === null) this.#finish();
      return new Response(tracked, { status, statusText, headers });
    } catch (error) {
      this.#finish();
      throw error;
    }
  }

  async #call(request: Request, url: URL, remoteAddress: string, limitMs: number): Promise<ResponseMessage> {
    await this.#booted.promise;
    if (this.#dead) throw new IsolateError("the function's thread has ended");
    if (request.signal.aborted) throw new ClientGone(); // while the thread was starting
    const id = this.#next++;
    const { promise, resolve, reject } = Promise.withResolvers<ResponseMessage>();
    this.#pending.set(id, { resolve, reject });
    const abandon = (error: Error) => {
      if (!this.#pending.delete(id)) return;
      this.#post({ type: "cancel", id });
      reject(error);
    };
    const timer = setTimeout(() => abandon(new IdleTimeout()), limitMs);
    const onAbort = () => abandon(new ClientGone());
    request.signal.addEventListener("abort", onAbort, { once: true });
    const { method, headers, body } = request;
    const message = { id, method, url: url.href, headers: tracedHeaders(headers), body, remoteAddress };
    this.#post({ type: "request", ...message }, body ? [body] : []);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      request.signal.removeEventListener("abort", onAbort);
    }
  }

  /** Ends the thread when its requests and background tasks have finished, at the latest after `limitMs`. */
  async retire(limitMs: number): Promise<void> {
    const timer = setTimeout(() => this.terminate("took too long to finish"), limitMs);
    this.#retiring = true;
    if (this.#underWay === 0) this.#post({ type: "retire" });
    await this.#ended.promise;
    clearTimeout(timer);
  }

  /** Ends the thread now; whoever waits for it is told why. */
  terminate(reason: string): void {
    if (this.#dead) return;
    this.#dead = true;
    this.#worker.terminate();
    this.#booted.reject(new BootError(reason));
    for (const { reject } of this.#pending.values()) reject(new IsolateError(reason));
    this.#pending.clear();
    for (const body of this.#bodies) body.error(new IsolateError(reason)); // else its reader would wait for ever
    this.#bodies.clear();
    this.#ended.resolve();
  }

  #finish(): void {
    this.#underWay -= 1;
    if (this.#retiring && this.#underWay === 0) this.#post({ type: "retire" });
  }

  /** A body whose end, however it comes, ends the request. */
  #track(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
    const reader = body.getReader();
    let controller: ReadableStreamDefaultController<Uint8Array>;
    const end = () => {
      if (this.#bodies.delete(controller)) this.#finish();
    };
    return new ReadableStream<Uint8Array>({
      start: (given) => {
        this.#bodies.add(controller = given);
      },
      pull: async () => {
        try {
          const { done, value } = await reader.read();
          if (!this.#bodies.has(controller)) return;
          if (!done) return controller.enqueue(value);
          controller.close();
          end();
        } catch (error) {
          if (this.#bodies.has(controller)) controller.error(error);
          end();
        }
      },
      cancel: async (reason) => {
        end();
        await reader.cancel(reason);
      },
    });
  }

  #post(message: ToIsolate, transfer: Transferable[] = []): void {
    if (!this.#dead) this.#worker.postMessage(message, transfer);
  }

  #receive(message: FromIsolate): void {
    switch (message.type) {
      case "ready":
        return this.#booted.resolve();
      case "failed":
        this.#booted.reject(new BootError(message.reason));
        return this.terminate(message.reason);
      case "idle":
        return this.terminate("retired");
      case "response": {
        const waiting = this.#pending.get(message.id);
        if (!waiting) return void message.body?.cancel().catch(() => {});
        this.#pending.delete(message.id);
        return waiting.resolve(message);
      }
      case "threw":
        this.#pending.get(message.id)?.reject(new IsolateError(message.reason));
        this.#pending.delete(message.id);
    }
  }
}
