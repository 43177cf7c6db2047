import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "smol-toml";
import { z } from "zod";
import { StackError } from "./errors.ts";
import { type Migration, readMigrations } from "./migrations.ts";
import type { Script } from "./script.ts";

/** What the stack reads of `supabase/config.toml`; everything else there is the CLI's. */
const Config = z.object({
  api: z.object({ schemas: z.array(z.string()).min(1), max_rows: z.int().positive() }),
  auth: z.object({
    jwt_expiry: z.int().positive().default(3600),
    enable_signup: z.boolean().default(true),
    email: z.object({ enable_confirmations: z.boolean().default(false) }).prefault({}),
    hook: z.object({
      custom_access_token: z.object({ enabled: z.boolean(), uri: z.string() }).optional(),
    }).optional(),
  }).prefault({}),
});

export type Config = z.infer<typeof Config>;

/** A Supabase project on disk. */
export interface Project {
  /** The folder that holds `supabase/`. */
  readonly root: string;
  readonly functions: string;
  readonly config: Config;
  readonly migrations: readonly Migration[];
  readonly seed: Script | undefined;
}

/** The repository this file stands in. */
export const repositoryRoot: string = fileURLToPath(new URL("../../", import.meta.url));

/**
 * Reads a project's settings, migrations and seed.
 *
 * @throws StackError naming the file that cannot be used.
 */
export async function readProject(root: string = repositoryRoot): Promise<Project> {
  const supabase = join(root, "supabase");
  return {
    root,
    functions: join(supabase, "functions"),
    config: readConfig(join(supabase, "config.toml")),
    migrations: await readMigrations(join(supabase, "migrations")),
    seed: await readSeed(join(supabase, "seed.sql")),
  };
}

function readConfig(path: string): Config {
  try {
    return Config.parse(parse(Deno.readTextFileSync(path)));
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error).replace(/\s+/g, " ") : (error as Error).message;
    throw new StackError(`supabase/config.toml: ${reason.split("\n")[0]}`);
  }
}

async function readSeed(path: string): Promise<Script | undefined> {
  try {
    return { file: "supabase/seed.sql", text: await Deno.readTextFile(path) };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
