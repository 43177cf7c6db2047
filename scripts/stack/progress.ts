/** Tells what takes a moment while a stack starts. */
export interface Progress {
  /** Runs `work` as a named step. */
  step<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** Says something the user should know. */
  note(text: string): void;
}

export const silent: Progress = { step: (_name, work) => work(), note: () => {} };

/** One line a step, with the time it took. */
export function printed(write: (line: string) => void = (line) => console.error(line)): Progress {
  return {
    note: (text) => write(`  ${text}`),
    async step(name, work) {
      const start = performance.now();
      const result = await work();
      const seconds = ((performance.now() - start) / 1000).toFixed(1);
      write(`  ${name.padEnd(44)} ${seconds.padStart(5)} s`);
      return result;
    },
  };
}
