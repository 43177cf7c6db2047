import { join } from "node:path";
import { parse } from "smol-toml";

/** Settings of one function, from `[functions.<name>]` of supabase/config.toml. */
export interface FunctionConfig {
  enabled: boolean;
  /** Whether the gateway demands a user token before it calls the function. */
  verifyJwt: boolean;
  /** Absolute path of the module to load. */
  entrypoint: string;
}

interface Section {
  enabled?: unknown;
  verify_jwt?: unknown;
  entrypoint?: unknown;
}

/** `[functions.*]` of config.toml, by function. */
export type FunctionSections = Record<string, Section>;

/** Reads `[functions.*]`; throws a SyntaxError that names the file and the line. */
export async function readFunctionSections(root: string): Promise<FunctionSections> {
  const file = join(root, "supabase", "config.toml");
  let text: string;
  try {
    text = await Deno.readTextFile(file);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return {};
    throw error;
  }
  try {
    return (parse(text).functions ?? {}) as FunctionSections;
  } catch (error) {
    throw new SyntaxError(`${file}: ${(error as Error).message.split("\n")[0]}`);
  }
}

/** The settings of `name`, with the platform's defaults. Paths in config.toml are relative to `supabase/`. */
export function functionConfig(root: string, sections: FunctionSections, name: string): FunctionConfig {
  const section = Object.hasOwn(sections, name) ? sections[name]! : {};
  const entrypoint = typeof section.entrypoint === "string" ? section.entrypoint : `functions/${name}/index.ts`;
  return {
    enabled: section.enabled !== false,
    verifyJwt: section.verify_jwt !== false,
    entrypoint: join(root, "supabase", entrypoint),
  };
}
