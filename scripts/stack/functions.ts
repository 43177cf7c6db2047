import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseEnv } from "node:util";
import { functionConfig, type FunctionSections, readFunctionSections } from "./functions-config.ts";
import { BootError, ClientGone, IdleTimeout, Isolate } from "./functions-isolate.ts";
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
  const host = new Host(options);
  await host.configure();
  if (options.watch !== false) host.watch();
  return host;
}

class Host implements Functions {
  readonly #options: FunctionsOptions;
  readonly #limitMs: number;
  readonly #isolates = new Map<string, Isolate>();
  readonly #retiring = new Set<Promise<void>>();
  #unwatch = () => {};
  #sections: FunctionSections = {};
  #env: Record<string, string> = {};

  constructor(options: FunctionsOptions) {
    this.#options = options;
    this.#limitMs = options.limitMs ?? FIRST_BYTE_LIMIT_MS;
  }

  /** Reads config.toml and the secrets. */
  async configure(): Promise<void> {
    const { root, env } = this.#options;
    this.#sections = await readFunctionSections(root);
    this.#env = { ...await readSecrets(root), ...env };
  }

  watch(): void {
    try {
      this.#unwatch = watchFunctions(this.#options.root, () => this.#reload());
    } catch (error) { // the system's watches may be used up
      this.#options.log(`functions are not reloaded when they change: ${(error as Error).message}`);
    }
  }

  async handle(request: Request, info: { remoteAddress?: string } = {}): Promise<Response> {
    const url = new URL(request.url);
    const name = url.pathname.split("/")[3] ?? "";
    if (!NAME.test(name)) return unknownFunction();
    const config = functionConfig(this.#options.root, this.#sections, name);
    const deployed = config.enabled && await Deno.stat(config.entrypoint).then((file) => file.isFile, () => false);
    if (!deployed) return unknownFunction();
    if (config.verifyJwt && request.method !== "OPTIONS") {
      const refusal = await refuse(request, this.#options.verify);
      if (refusal) return refusal;
    }
    url.pathname = url.pathname.slice("/functions/v1".length); // a function's paths start with its name
    try {
      const isolate = this.#isolateOf(name, config.entrypoint);
      return await isolate.fetch(request, url, info.remoteAddress ?? "127.0.0.1", this.#limitMs);
    } catch (error) {
      return this.#explain(name, error);
    }
  }

  async stop(): Promise<void> {
    this.#unwatch();
    this.#retireAll(STOP_LIMIT_MS);
    await Promise.all(this.#retiring);
  }

  #isolateOf(name: string, entrypoint: string): Isolate {
    const running = this.#isolates.get(name);
    if (running?.alive) return running;
    const onCrash = (reason: string) => this.#options.log(`function ${name}: ${reason}`);
    const started = new Isolate(pathToFileURL(entrypoint).href, this.#env, onCrash);
    this.#isolates.set(name, started);
    return started;
  }

  async #reload(): Promise<void> {
    await this.configure().catch((error) => this.#options.log(`functions: ${(error as Error).message}`));
    this.#retireAll(WALL_CLOCK_LIMIT_MS);
  }

  #retireAll(withinMs: number): void {
    for (const [name, isolate] of this.#isolates) {
      this.#isolates.delete(name);
      const ending = isolate.retire(withinMs).finally(() => this.#retiring.delete(ending));
      this.#retiring.add(ending);
    }
  }

  #explain(name: string, error: unknown): Response {
    if (error instanceof ClientGone) return new Response(null, { status: 499 }); // for the log: nobody reads it
    if (error instanceof IdleTimeout) {
      this.#options.log(`function ${name}: no response within ${this.#limitMs} ms`);
      const limit = `${Math.round(this.#limitMs / 1000)}s`;
      return failure(504, "IDLE_TIMEOUT", `Request idle timeout limit (${limit}) reached`);
    }
    this.#options.log(`function ${name}: ${(error as Error).message}`);
    return error instanceof BootError
      ? failure(503, "BOOT_ERROR", "Function failed to start (please check logs)")
      : failure(500, "WORKER_ERROR", "Function exited due to an error (please check logs)");
  }
}
