/**
 * Command-line tools that are native binaries. npx fetches the build for this machine alone; as Deno imports they would
 * ask the registry for every platform's.
 */
export const tools = {
  supabase: "supabase@3.1.0",
  squawk: "squawk-cli@2.66.0",
} as const;

export interface Outcome {
  readonly success: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a tool without a terminal and gives back what it said. */
export async function npx(
  tool: keyof typeof tools,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  const command = new Deno.Command(Deno.build.os === "windows" ? "npx.cmd" : "npx", {
    args: ["-y", tools[tool], ...args],
    env: { SUPABASE_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1", NO_COLOR: "1", ...env },
    stdin: "null",
  });
  const { success, stdout, stderr } = await command.output();
  const decoder = new TextDecoder();
  return { success, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}
