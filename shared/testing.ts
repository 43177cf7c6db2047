import process from "node:process";

/** Milliseconds of processor time of what is done meanwhile, which other work on the machine does not stretch. */
export function cpuClock(): () => number {
  const start = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1_000;
  };
}
