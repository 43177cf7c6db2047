/** What the user can put right: printed as one line, exit code 1. */
export class StackError extends Error {
  override readonly name = "StackError";
}

/** The message of anything that was thrown. */
export const messageOf = (error: unknown): string => error instanceof Error ? error.message : String(error);

/**
 * Runs a command-line program: a {@link StackError} becomes one line on stderr and exit code 1, anything else is a
 * defect and keeps its stack.
 */
export async function runMain(program: () => Promise<void>): Promise<void> {
  try {
    await program();
  } catch (error) {
    if (!(error instanceof StackError)) throw error;
    console.error(`almanac: ${error.message}`);
    Deno.exit(1);
  }
}
