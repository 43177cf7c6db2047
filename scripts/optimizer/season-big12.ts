/**
 * The real seasons of one conference: `deno run -A scripts/optimizer/season-big12.ts [replan] [sizes] [conference]
 * [imports] [checks] [--seconds 60] [--seeds 1,2,3] [--clock cpu]`; everything when nothing is named.
 */
import { parseArgs } from "node:util";
import { analyze } from "../../shared/optimizer/analysis/mod.ts";
import type { ClockName } from "./clock.ts";
import { benchChecks } from "./season-checks.ts";
import { conferenceSeason } from "./season-conference.ts";
import { benchImports } from "./season-imports.ts";
import { benchReplan, type SeasonSettings } from "./season-replan.ts";
import { solve } from "./solver.ts";

/** Prints the conference season that is found, each constraint with how it stands. */
async function benchConference({ seconds, seeds, clock }: SeasonSettings): Promise<void> {
  const league = await conferenceSeason();
  for (const seed of seeds) {
    const { placements } = await solve(league, { seed, threads: 1, budget: { seconds, clock } });
    const { constraints, complete, clashes, score, hard, soft, travel } = analyze(league, placements);
    const count = (isHard: boolean) => constraints.filter((one) => one.hard === isHard);
    const kept = (isHard: boolean) => count(isHard).filter(({ satisfied }) => satisfied).length;
    console.log(
      `seed ${seed}: ${placements.length} games, complete ${complete}, ${clashes.length} clashes; ` +
        `hard ${kept(true)} of ${count(true).length} kept (penalty ${hard}), ` +
        `soft ${kept(false)} of ${count(false).length} kept (penalty ${soft.toFixed(2)}); ` +
        `${Math.round(travel.total)} miles, score ${score.toFixed(3)}`,
    );
    for (const { hard, name, type, deviation, violations } of constraints) {
      if (hard && deviation === 0) continue;
      console.log(`  ${hard ? "HARD" : "soft"} ${name} (${type}): ${deviation === 0 ? "kept" : `off by ${deviation}`}`);
      for (const { explanation } of violations.slice(0, 2)) console.log(`    ${explanation}`);
    }
  }
}

/** Runs the named parts, or all. */
export async function benchBig12(parts: readonly string[], settings: SeasonSettings): Promise<void> {
  const wanted = (part: string) => parts.length === 0 || parts.includes(part);
  if (wanted("imports")) await benchImports();
  if (wanted("checks")) await benchChecks();
  if (wanted("replan")) await benchReplan(settings, "dates");
  if (wanted("sizes")) await benchReplan(settings, "sizes");
  if (wanted("conference")) await benchConference(settings);
}

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seconds: { type: "string", default: "60" },
      seeds: { type: "string", default: "1,2,3" },
      clock: { type: "string", default: "cpu" },
    },
  });
  const seeds = values.seeds.split(",").map(Number);
  await benchBig12(positionals, { seconds: Number(values.seconds), seeds, clock: values.clock as ClockName });
}
