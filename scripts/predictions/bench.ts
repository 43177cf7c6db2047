/**
 * `deno task bench:predictions`: how well attendance is predicted on public data, season after season, each by a model
 * that saw only the seasons before. The data are for evaluation only and stand beside the repository; without them there
 * is nothing to measure. Seasons that are added to the folders are measured as well.
 *
 *     deno task bench:predictions [--data FOLDER] [--football FOLDER] [--basketball FILE]... [--from 2014] [--reasons]
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type PlayedGame, seasonsOf } from "../../shared/predictions/mod.ts";
import { repositoryRoot } from "../stack/project.ts";
import { table } from "../bench/figure.ts";
import { readBasketball, readFootball, readHomeGames } from "./files.ts";
import { type Measured, measureSeason, pooled, rowOf } from "./measure.ts";

const { values } = parseArgs({
  options: {
    data: { type: "string", default: join(repositoryRoot, "..", "shared", "data", "sports", "real") },
    football: { type: "string" },
    basketball: { type: "string", multiple: true },
    from: { type: "string", default: "2014" },
    reasons: { type: "boolean", default: false },
  },
});
const football = values.football ?? join(values.data, "cfb_schedules");
const basketball = values.basketball ?? basketballFiles();

function basketballFiles(): string[] {
  if (!existsSync(values.data)) return [];
  return [...Deno.readDirSync(values.data)].map(({ name }) => name)
    .filter((name) => /^mbb_attendance.*\.csv(\.gz)?$/.test(name))
    .sort().map((name) => join(values.data, name));
}

/** Every season that has one before it. */
function measure(name: string, games: readonly PlayedGame[]): Measured[] {
  return seasonsOf(games).slice(1).filter((season) => season >= Number(values.from))
    .flatMap((season) => measureSeason(name, games, season));
}

const conference = "Big 12";
const measured: Measured[] = [];
if (existsSync(football)) {
  const games = await readFootball(football, join(values.data, "fbs_stadiums_cfbd.csv"));
  measured.push(...measure("football", games));
  // What one conference's office has: its members' home games.
  measured.push(...measure(`football, ${conference} alone`, games.filter(({ homeGroup }) => homeGroup === conference)));
}
const homeGames = join(values.data, "cfb_attendance_2000_2018_yaonuma.csv.gz");
if (existsSync(homeGames)) {
  const games = await readHomeGames(homeGames);
  const seasons = seasonsOf(games).slice(2).flatMap((season) => measureSeason("", games, season));
  measured.push(...pooled("football 2002 to 2011, some teams", seasons));
}
if (basketball.length) measured.push(...measure("basketball", await readBasketball(basketball)));
if (measured.length === 0) console.error(`there are no games to measure in ${values.data}`);
console.log(table(measured.flatMap(rowOf)));
if (values.reasons) {
  for (const { name, season, reasons } of measured.filter(({ reasons }) => reasons.length)) {
    console.log(`\n${name} ${season}, mean weight of each factor (log):\n${reasons.join(", ")}`);
  }
}
