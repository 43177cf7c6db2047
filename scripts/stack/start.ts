import { join } from "node:path";
import { createAuth, loadSigningKey, refuseSecretInBrowser } from "./auth/mod.ts";
import { type Service, startBackground } from "./background.ts";
import { lockDataDir } from "./data-dir.ts";
import type { Db } from "./db.ts";
import { openEmbedded } from "./embedded.ts";
import { StackError } from "./errors.ts";
import { withForwarded } from "./forwarded.ts";
import { createFunctions } from "./functions.ts";
import { KEYS, type Keys } from "./keys.ts";
import { type Handler, takePort } from "./listener.ts";
import type { Lite } from "./lite.ts";
import { messages, withLog } from "./log.ts";
import { type Progress, silent } from "./progress.ts";
import { type Project, readProject, repositoryRoot } from "./project.ts";
import { createRealtime } from "./realtime/mod.ts";
import { openServer } from "./server.ts";
import { snapshotsIn } from "./snapshot.ts";
import { openDoor } from "./socket.ts";
import { startUpkeep } from "./upkeep.ts";
import { keepSecrets } from "./vault.ts";

export interface StackOptions {
  /** The folder that holds `supabase/`; this repository. */
  readonly root?: string;
  /** 54321; 0 for any free one. */
  readonly port?: number;
  /** `.stack` in the root. */
  readonly dataDir?: string;
  /** Where ready databases are kept; `snapshots` in the data folder. */
  readonly snapshots?: string;
  /** A native server in place of the embedded one. */
  readonly databaseUrl?: string;
  /** Lets PostgreSQL clients in to the embedded database; 0 for any free port. */
  readonly dbPort?: number;
  readonly fresh?: boolean;
  readonly progress?: Progress;
  readonly log?: (line: string) => void;
}

/** A running stack. */
export interface Stack {
  readonly url: string;
  readonly keys: Keys;
  readonly db: Db;
  /** Where PostgreSQL clients find the database: none when it is embedded and has no port. */
  readonly databaseUrl: string | undefined;
  readonly functions: readonly string[];
  /** Ends it in order; what was acknowledged is on disk. */
  stop(): Promise<void>;
}

/**
 * Starts the whole backend on one port, with the paths of hosted Supabase.
 *
 * @throws StackError when something the user can put right is in the way; nothing is left running then.
 *
 * @example
 * ```ts
 * const stack = await startStack({ port: 0, dataDir: await Deno.makeTempDir() });
 * const supabase = createClient(stack.url, stack.keys.publishable);
 * await stack.stop();
 * ```
 */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const ending = new AsyncDisposableStack();
  try {
    return await start(options, ending);
  } catch (error) {
    await ending.disposeAsync();
    throw error;
  }
}

async function start(options: StackOptions, ending: AsyncDisposableStack): Promise<Stack> {
  const log = options.log ?? ((line) => console.error(line));
  const project = await readProject(options.root ?? repositoryRoot);
  const dataDir = lockDataDir(options.dataDir ?? join(project.root, ".stack"));
  ending.defer(dataDir.release);
  const listener = takePort(options.port ?? 54321);
  ending.defer(listener.close);
  const url = `http://127.0.0.1:${listener.port}`;

  const { db, lite } = await open(options, project, dataDir);
  ending.defer(db.close);
  ending.defer(listener.close);
  if (db.kind === "pglite") {
    const upkeep = startUpkeep(db, { log: messages(log) });
    ending.defer(() => upkeep.stop());
  }
  const outbound_allow_private = Deno.env.get("OUTBOUND_ALLOW_PRIVATE") ?? "";
  await keepSecrets(db, { project_url: url, jobs_key: KEYS.jobs, outbound_allow_private });
  const door = db.kind === "pglite" && options.dbPort !== undefined
    ? openDoor(db.connection.driver, options.dbPort)
    : undefined;
  if (door) ending.defer(door.close);
  const databaseUrl = door
    ? `postgresql://postgres@127.0.0.1:${door.port}/postgres?sslmode=disable`
    : options.databaseUrl;

  const { handler, services } = await serveAll({
    db,
    lite,
    project,
    url,
    databaseUrl,
    log: messages(log),
    signingKeyFile: dataDir.signingKeyFile,
  });
  for (const service of services) ending.defer(() => service.stop());
  listener.use(withLog(handler, log));
  for (const service of await startBackground(db, messages(log))) ending.defer(() => service.stop());
  return {
    url,
    keys: KEYS,
    db,
    databaseUrl,
    functions: await functionNames(project),
    stop: () => ending.disposeAsync(),
  };
}

async function open(
  options: StackOptions,
  project: Project,
  dataDir: ReturnType<typeof lockDataDir>,
): Promise<{ db: Db; lite: Lite }> {
  const progress = options.progress ?? silent;
  if (options.databaseUrl && options.fresh) {
    throw new StackError("--fresh starts over the embedded database; drop and create the one of DATABASE_URL instead.");
  }
  if (options.databaseUrl) return await openServer({ url: options.databaseUrl, project, progress });
  const snapshots = snapshotsIn(options.snapshots ?? join(dataDir.path, "snapshots"));
  return await openEmbedded({ project, dataDir, snapshots, progress, fresh: options.fresh });
}

interface Parts {
  readonly db: Db;
  readonly lite: Lite;
  readonly project: Project;
  readonly url: string;
  readonly databaseUrl: string | undefined;
  readonly signingKeyFile: string;
  readonly log: (line: string) => void;
}

/** Auth, PostgREST, Realtime and the functions behind one handler; the last one started is the first to stop. */
async function serveAll(parts: Parts): Promise<{ handler: Handler; services: Service[] }> {
  const { db, log, project } = parts;
  const hook = project.config.auth.hook?.custom_access_token;
  const auth = await createAuth(db, parts.lite, {
    issuer: `${parts.url}/auth/v1`,
    keys: KEYS,
    signingKey: await loadSigningKey(parts.signingKeyFile),
    hook: hook?.enabled ? hook.uri : undefined,
  });
  const realtime = await createRealtime(db, { verify: auth.verify, keys: KEYS, log });
  const env = functionEnv(parts, JSON.stringify(auth.jwks));
  const functions = await createFunctions({ root: project.root, verify: auth.verify, env, log });
  const handler: Handler = (request, info) => {
    const refusal = refuseSecretInBrowser(request, KEYS);
    if (refusal) return refusal;
    const { pathname } = new URL(request.url);
    if (pathname.startsWith("/realtime/v1/")) return realtime.handle(request);
    const remoteAddress = "hostname" in info.remoteAddr ? info.remoteAddr.hostname : undefined;
    const forwarded = withForwarded(request, remoteAddress);
    if (pathname.startsWith("/functions/v1/")) return functions.handle(forwarded, { remoteAddress });
    return auth.fetch(forwarded, { peerAddress: remoteAddress });
  };
  return { handler, services: [realtime, functions] };
}

/** What hosted gives every function. */
function functionEnv({ url, databaseUrl }: Parts, jwks: string): Record<string, string> {
  return {
    SUPABASE_URL: url,
    SUPABASE_PUBLISHABLE_KEYS: JSON.stringify({ default: KEYS.publishable }),
    SUPABASE_SECRET_KEYS: JSON.stringify({ default: KEYS.secret, jobs: KEYS.jobs }),
    SUPABASE_JWKS: jwks,
    ...databaseUrl && { SUPABASE_DB_URL: databaseUrl },
    OUTBOUND_ALLOW_PRIVATE: Deno.env.get("OUTBOUND_ALLOW_PRIVATE") ?? "",
  };
}

async function functionNames(project: Project): Promise<string[]> {
  const names: string[] = [];
  const entries = await Array.fromAsync(Deno.readDir(project.functions)).catch(() => []);
  for (const { name, isDirectory } of entries) {
    if (isDirectory && !name.startsWith("_")) names.push(name);
  }
  return names.sort();
}
