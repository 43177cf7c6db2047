/** Thrown when the backend did something else than the demo expects. */
export class Unexpected extends Error {}

/** Fails the demo with a sentence unless `holds`. */
export function expect(holds: unknown, sentence: string): asserts holds {
  if (!holds) throw new Unexpected(sentence);
}

/** Runs a step and prints it with its time; `tell` says what came of it. */
export async function step<Result>(
  name: string,
  run: () => Promise<Result>,
  tell: (result: Result) => string,
): Promise<Result> {
  const started = performance.now();
  const result = await run();
  const ms = Math.round(performance.now() - started);
  console.log(`${name.padEnd(44, " ")}${String(ms).padStart(5)} ms   ${tell(result)}`);
  return result;
}

/** Waits for a promise, but not for ever. */
export function within<Result>(seconds: number, what: string, promise: Promise<Result>): Promise<Result> {
  let timer: ReturnType<typeof setTimeout>;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Unexpected(`${what} did not come within ${seconds} s`)), seconds * 1000);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
