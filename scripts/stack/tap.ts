/** What a run of TAP lines says. */
export interface TapReport {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Each failure with its diagnostics. */
  readonly failures: readonly string[];
}

const testLine = /^(not )?ok \d+(?: - )?(.*)$/;
const planLine = /^1\.\.(\d+)(?:\s*#\s*skip\b.*)?$/i;

/** Reads the lines pgTAP returns. A plan that is missing or not met is a failure. */
export function readTap(lines: readonly string[]): TapReport {
  let passed = 0;
  let skipped = 0;
  let planned: number | undefined;
  const failures: string[] = [];
  let failing = false;
  for (const line of lines) {
    const plan = line.match(planLine);
    if (plan) planned = Number(plan[1]);
    const test = line.match(testLine);
    if (test) {
      failing = test[1] !== undefined && !/#\s*(todo|skip)\b/i.test(line);
      if (failing) failures.push(test[2]!);
      else if (/#\s*skip\b/i.test(line)) skipped++;
      else passed++;
    } else if (failing && line.startsWith("#")) {
      failures.push(`${failures.pop()}\n    ${line}`);
    }
  }
  const run = passed + skipped + failures.length;
  if (planned === undefined) failures.push("no plan: the file ended before it said how many tests it has");
  else if (planned !== run) failures.push(`planned ${planned} tests but ran ${run}`);
  return { passed, failed: failures.length, skipped, failures };
}
