import { join, resolve } from "node:path";
import { StackError } from "./errors.ts";

/** The folder a stack keeps its data in, held by one process. */
export interface DataDir {
  readonly path: string;
  /** PGlite's data directory. */
  readonly pgdata: string;
  /** What {@link pgdata} holds; see `fingerprint.ts`. */
  readonly stateFile: string;
  readonly signingKeyFile: string;
  /** Lets another stack take the folder. */
  release(): void;
}

/**
 * Takes the folder for this process. The lock is the operating system's: it goes with the process, however that ends,
 * so that a killed stack leaves nothing to clean up.
 *
 * @throws StackError when another stack holds it.
 */
export function lockDataDir(folder: string): DataDir {
  const path = resolve(folder);
  Deno.mkdirSync(path, { recursive: true });
  const lockFile = join(path, "stack.lock");
  const file = Deno.openSync(lockFile, { read: true, write: true, create: true });
  if (!file.tryLockSync(true)) {
    file.close();
    throw new StackError(
      `${path} is in use by another stack (process ${holder(lockFile)}): stop it, or give this one --data <folder>.`,
    );
  }
  file.truncateSync();
  file.writeSync(new TextEncoder().encode(`${Deno.pid}\n`));
  return {
    path,
    pgdata: join(path, "pgdata"),
    stateFile: join(path, "state.json"),
    signingKeyFile: join(path, "signing-key.json"),
    release: () => file.close(),
  };
}

function holder(lockFile: string): string {
  try {
    return Deno.readTextFileSync(lockFile).trim() || "unknown";
  } catch {
    return "unknown"; // some systems do not let others read a locked file
  }
}
