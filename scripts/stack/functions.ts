import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseEnv } from "node:util";
import { functionConfig, readFunctionSections } from "./functions-config.ts";
import { BootError, IdleTimeout, Isolate } from "./functions-isolate.ts";
import { watchFunctions } from "./functions-watch.ts";

export interface FunctionsOptions {
  /** Folder that holds `supabase/` and `shared/`. */
  root: string;
  /** Checks a user token; throws when it is not to be trusted. */
  verify(token: string): Promise<unknown>;
  /** What the platform gives every function: `SUPABASE_URL`, keys … Wins over supabase/functions/.env. */
  env: Record<string, string>;
  log(line: string): void;
  /** Load functions anew when their files change (default true). */
  watch?: boolean;
  /** Time a function has to its first byte; hosted gives it 150 s. */
  limitMs?: number;
}

export interface Functions {
  /** Answers everything under `/functions/v1/`. */
  handle(request: Request, info?: { remoteAddress?: string }): Promise<Response>;
  /** Waits for requests and background tasks under way, then ends all functions. */
  stop(): Promise<void>;
}

const FIRST_BYTE_LIMIT_MS = 150_000;
const WALL_CLOCK_LIMIT_MS = 400_000;
const STOP_LIMIT_MS = 5_000;
const NAME = /^[A-Za-z][A-Za-z0-9_-]*$/;
const JWT_FORM = /^[\w-]+\.[\w-]+\.[\w-]*$/;

const CORS = {
  "access-control-allow-origin": "*",
  "access-control-allow-headers": "authorization, x-client-info, apikey, content-type",
};

/** A failure of the platform, not of the function: hosted's body and `sb-error-code` header. */
function failure(status: number, code: string, message: string): Response {
  return Response.json({ code, message }, { status, headers: { ...CORS, "sb-error-code": code } });
}

const unknownFunction = () => failure(404, "NOT_FOUND", "Requested function was not found");

async function refuse(request: Request, verify: FunctionsOptions["verify"]): Promise<Response | null> {
  const authorization = request.headers.get("authorization");
  if (!authorization) return failure(401, "UNAUTHORIZED_NO_AUTH_HEADER", "Missing authorization header");
  const token = /^Bearer\s+(\S+)$/i.exec(authorization)?.[1];
  if (!token) return failure(401, "UNAUTHORIZED_INVALID_JWT_FORMAT", "Auth header is not 'Bearer {token}'");
  if (!JWT_FORM.test(token)) return failure(401, "UNAUTHORIZED_INVALID_JWT_FORMAT", "Invalid JWT");
  const trusted = await verify(token).then(() => true, () => false);
  return trusted ? null : failure(401, "UNAUTHORIZED_ASYMMETRIC_JWT", "Invalid JWT");
}

/** Secrets for local use, kept out of version control. */
async function readSecrets(root: string): Promise<Record<string, string>> {
  const text = await Deno.readTextFile(join(root, "supabase", "functions", ".env")).catch(() => "");
  return parseEnv(text) as Record<string, string>;
}

/** Serves `supabase/functions/<name>`, each in a thread of its own, as hosted Edge Functions do. */
export async function createFunctions(options: FunctionsOptions): Promise<Functions> {
  const { root, verify, log } = options;
  const limitMs = options.limitMs ?? FIRST_BYTE_LIMIT_MS;
  const isolates = new Map<string, Isolate>();
  const retiring = new Set<Promise<void>>();
  let sections = await readFunctionSections(root);
  let env = { ...await readSecrets(root), ...options.env };

  function isolateOf(name: string, entrypoint: string): Isolate {
    const running = isolates.get(name);
    if (running?.alive) return running;
    const started = new Isolate(pathToFileURL(entrypoint).href, env, (reason) => log(`function ${name}: ${reason}`));
    isolates.set(name, started);
    return started;
  }

  function retireAll(withinMs: number): void {
    for (const [name, isolate] of isolates) {
      isolates.delete(name);
      const ending = isolate.retire(withinMs).finally(() => retiring.delete(ending));
      retiring.add(ending);
    }
  }

  async function reload(): Promise<void> {
    try {
      sections = await readFunctionSections(root);
      env = { ...await readSecrets(root), ...options.env };
    } catch (error) {
      log(`functions: ${(error as Error).message}`);
    }
    retireAll(WALL_CLOCK_LIMIT_MS);
  }

  function explain(name: string, error: unknown): Response {
    if (error instanceof IdleTimeout) {
      log(`function ${name}: no response within ${limitMs} ms`);
      return failure(504, "IDLE_TIMEOUT", `Request idle timeout limit (${Math.round(limitMs / 1000)}s) reached`);
    }
    log(`function ${name}: ${(error as Error).message}`);
    return error instanceof BootError
      ? failure(503, "BOOT_ERROR", "Function failed to start (please check logs)")
      : failure(500, "WORKER_ERROR", "Function exited due to an error (please check logs)");
  }

  async function handle(request: Request, info: { remoteAddress?: string } = {}): Promise<Response> {
    const url = new URL(request.url);
    const name = url.pathname.split("/")[3] ?? "";
    if (!NAME.test(name)) return unknownFunction();
    const config = functionConfig(root, sections, name);
    const deployed = config.enabled && await Deno.stat(config.entrypoint).then((file) => file.isFile, () => false);
    if (!deployed) return unknownFunction();
    if (config.verifyJwt && request.method !== "OPTIONS") {
      const refusal = await refuse(request, verify);
      if (refusal) return refusal;
    }
    url.pathname = url.pathname.slice("/functions/v1".length); // a function's paths start with its name
    try {
      const isolate = isolateOf(name, config.entrypoint);
      return await isolate.fetch(request, url, info.remoteAddress ?? "127.0.0.1", limitMs);
    } catch (error) {
      return explain(name, error);
    }
  }

  const unwatch = options.watch === false ? () => {} : watchFunctions(root, reload);

  return {
    handle,
    stop: async () => {
      unwatch();
      retireAll(STOP_LIMIT_MS);
      await Promise.all(retiring);
    },
  };
}
