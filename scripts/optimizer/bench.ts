/**
 * `deno task bench:optimizer [SET or INSTANCE...] [--seconds 60] [--threads 1] [--seeds 1,2,3] [--clock wall|cpu]
 * [--data ../shared/data/sports]`: solves every instance of the sets (folders of the data folder, such as `ttp` and
 * `itc2021`) with every seed and prints a table with the gaps to the best known values. The set `big12`, alone or with
 * its parts `replan`, `sizes`, `conference`, `imports`, `checks`, is that of real seasons: see season-big12.ts.
 */
import { parseArgs } from "node:util";
import { messageOf, runMain, StackError } from "../stack/errors.ts";
import { gapOf, nameKey, readBestKnown } from "./best-known.ts";
import type { ClockName } from "./clock.ts";
import { benchBig12 } from "./season-big12.ts";
import { type Instance, readInstance } from "./robinx/read.ts";
import { solve } from "./solver.ts";
import { validate } from "./validator/validate.ts";

interface Result {
  readonly hard: number;
  readonly soft: number;
  readonly speed: number;
}

interface Settings {
  readonly data: string;
  readonly seconds: number;
  readonly threads: number;
  readonly seeds: readonly number[];
  readonly clock: ClockName;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: "string", default: "60" },
    threads: { type: "string", default: "1" },
    seeds: { type: "string", default: "1,2,3" },
    clock: { type: "string", default: "wall" },
    data: { type: "string", default: new URL("../../../shared/data/sports", import.meta.url).pathname },
  },
});

/** The instances of a set, or the one instance of that name in any set. */
function* filesOf(data: string, name: string): Generator<string> {
  const sets = [...Deno.readDirSync(data)].filter(({ isDirectory }) => isDirectory).map(({ name }) => name);
  for (const set of sets.filter((set) => set === name || !sets.includes(name)).sort()) {
    const files = [...Deno.readDirSync(`${data}/${set}`)].map(({ name }) => name).filter((file) =>
      file.endsWith(".xml")
    );
    for (const file of files.sort((one, other) => one.localeCompare(other, "en", { numeric: true }))) {
      if (set === name || nameKey(file.slice(0, -4)) === nameKey(name)) yield `${data}/${set}/${file}`;
    }
  }
}

async function measure(instance: Instance, { seeds, seconds, threads, clock }: Settings): Promise<Result[]> {
  const results: Result[] = [];
  for (const seed of seeds) {
    const found = await solve(instance.league, { seed, threads, budget: { seconds, clock } });
    const { hard, soft, faults } = validate(instance.league, found.placements);
    if (faults.length) throw new StackError(`${instance.name}: ${faults[0]}`);
    results.push({ hard, soft, speed: found.evaluations / found.seconds });
  }
  return results;
}

const byCost = (one: Result, other: Result) => one.hard - other.hard || one.soft - other.soft;
const money = (value: number) => Number.isInteger(value) ? String(value) : value.toFixed(1);
const shown = ({ hard, soft }: Result) => hard ? `${hard} hard` : money(soft);

function row(instance: Instance, results: readonly Result[], best: number | undefined): string {
  const sorted = results.toSorted(byCost);
  const median = sorted[Math.floor((sorted.length - 1) / 2)]!;
  const gap = median.hard ? undefined : gapOf(median.soft, best);
  const speed = results.reduce((sum, { speed }) => sum + speed, 0) / results.length;
  const cells = [
    instance.name,
    String(best ?? ""),
    results.map(shown).join(", "),
    shown(median),
    gap === undefined ? "" : `${gap.toFixed(2)} %`,
    `${results.filter(({ hard }) => hard === 0).length}/${results.length}`,
    Math.round(speed / 1000).toString(),
  ];
  return `| ${cells.join(" | ")} |`;
}

await runMain(async () => {
  const settings: Settings = {
    data: values.data,
    seconds: Number(values.seconds),
    threads: Number(values.threads),
    seeds: values.seeds.split(",").map(Number),
    clock: values.clock as ClockName,
  };
  const { data, seconds, threads, clock } = settings;
  if (positionals[0] === "big12") return await benchBig12(positionals.slice(1), settings);
  let known: Map<string, number>;
  try {
    known = readBestKnown(await Deno.readTextFile(`${data}/README.md`));
  } catch (error) {
    throw new StackError(`${data} is no folder of benchmark data: ${messageOf(error)}`);
  }
  const files = (positionals.length ? positionals : ["ttp", "itc2021"]).flatMap((name) => [...filesOf(data, name)]);
  if (!files.length) throw new StackError(`there is no instance ${positionals.join(", ")} in ${data}.`);
  console.log(`${seconds} s (${clock}), threads: ${threads}, seeds: ${settings.seeds.join(", ")}\n`);
  console.log("| instance | best known | found | median | gap | feasible | thousand evaluations/s |");
  console.log("|---|---|---|---|---|---|---|");
  for (const file of files) {
    const instance = readInstance(await Deno.readTextFile(file));
    const results = await measure(instance, settings);
    console.log(row(instance, results, known.get(nameKey(instance.name))));
  }
});
