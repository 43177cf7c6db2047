import type { Settings } from "../../../shared/env.ts";
import { answerCache } from "../../../shared/plugins/answer-cache.ts";
import { plugins } from "../../../shared/plugins/registry.ts";
import { type ActivePlugin, PluginRunner } from "../../../shared/plugins/run.ts";
import type { AnswerCache, PluginRequest, PluginResponse } from "../../../shared/plugins/types.ts";
import { type Admission, ownClient } from "./admission.ts";
import { passedOn, shownHeaders } from "./headers.ts";
import { beside, reportPlugin } from "./reports.ts";
import type { Target } from "./target.ts";

/** What is logged of a request beyond its route, once a plugin has seen to it. */
export type LogRecord = Readonly<Record<string, string>>;

/** The plugins of one request's organization, in their order. */
export class RequestHooks {
  readonly #runner: PluginRunner;
  readonly #request: PluginRequest;
  readonly #cache: AnswerCache;
  readonly #userAgent: string;

  constructor(request: Request, target: Target, admission: Admission, settings: Settings) {
    const organizationId = admission.organization_id ?? "";
    const uses = organizationId === "" ? [] : admission.plugins;
    this.#runner = new PluginRunner(uses, plugins, (outcome) => reportPlugin(settings, organizationId, outcome));
    const { service, caller } = admission;
    this.#cache = answerCache(ownClient(settings), { organizationId, service });
    this.#userAgent = request.headers.get("user-agent") ?? "";
    this.#request = {
      method: request.method,
      path: target.path || "/",
      query: target.query.replace(/^\?/, ""),
      headers: shownHeaders(request.headers),
      organizationId,
      service: { id: service.id, name: service.name },
      caller: { kind: caller.kind, id: caller.id },
      askedAt: Date.now(),
    };
  }

  /** Headers to pass on, and the answer of the first plugin that has one: those after it are not asked. */
  async before(): Promise<{ headers: Record<string, string>; answer?: Response; answeredBy?: string }> {
    const headers: Record<string, string> = {};
    for (const active of this.#runner.having("beforeRequest")) {
      const { capabilities, hooks } = active.plugin;
      const result = await this.#runner.run(
        active,
        "beforeRequest",
        (config, signal) => hooks.beforeRequest!({ request: this.#request, config, signal, ...this.#granted(active) }),
      );
      if (capabilities.has("request:headers")) Object.assign(headers, harmless(result?.headers));
      if (result?.answer && capabilities.has("request:answer")) {
        return { headers, answer: result.answer, answeredBy: active.plugin.name };
      }
    }
    return { headers };
  }

  /** Headers to add to the answer, its body where a plugin reads along, and what to log. */
  async after(
    response: Response,
    said: Headers,
    answeredBy?: string,
  ): Promise<{ headers: Record<string, string>; response: Response; log?: LogRecord }> {
    const headers: Record<string, string> = {};
    let [passing, log]: [Response, LogRecord | undefined] = [response, undefined];
    for (const active of this.#runner.having("afterRequest")) {
      const { capabilities, hooks } = active.plugin;
      const seen: PluginResponse = {
        status: response.status,
        headers: new Headers(said),
        ...capabilities.has("response:body") && { body: (most: number) => readAlong(most) },
      };
      const result = await this.#runner.run(active, "afterRequest", (config, signal) =>
        hooks.afterRequest!({
          request: this.#request,
          response: seen,
          answeredBy,
          config,
          signal,
          ...this.#granted(active),
          ...capabilities.has("log:mask") && { log: log ?? this.#record() },
          later: (work) => beside(this.#runner.follow(active, "afterRequest", work)),
        }));
      if (capabilities.has("response:headers")) Object.assign(headers, harmless(result?.headers));
      if (capabilities.has("log:mask")) log = result?.log ?? {}; // what was not masked is not logged
    }
    return { headers, response: passing, log };

    /** The client's branch goes on at its own pace; ours ends behind `most` bytes. */
    async function readAlong(most: number): Promise<Uint8Array<ArrayBuffer> | null> {
      if (!passing.body) return new Uint8Array();
      const [theirs, ours] = passing.body.tee();
      passing = new Response(theirs, passing);
      return await readAll(ours, most);
    }
  }

  #granted({ plugin }: ActivePlugin): { cache?: AnswerCache } {
    return plugin.capabilities.has("cache") ? { cache: this.#cache } : {};
  }

  #record(): LogRecord {
    return { path: this.#request.path, query: this.#request.query, user_agent: this.#userAgent };
  }
}

/** A plugin's headers, but none that the gateway sees to itself. */
function harmless(headers: Record<string, string> | undefined): Record<string, string> {
  if (!headers) return {};
  const kept = passedOn(new Headers(headers), false, {});
  return Object.fromEntries([...kept].filter(([name]) => name in headers));
}

async function readAll(stream: ReadableStream<Uint8Array>, most: number): Promise<Uint8Array<ArrayBuffer> | null> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream) {
    length += chunk.length;
    if (length > most) return null;
    chunks.push(chunk);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
