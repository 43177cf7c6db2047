/** The real seasons of one conference, for measuring. The data is not in the repository. */
import type { League, LeagueConstraint, Placement } from "../../shared/optimizer/league.ts";

const folder = new URL("../../../shared/data/sports/real/", import.meta.url);

/** Rows of a CSV file with a header; cells may be quoted. */
export function csvRows(text: string): Record<string, string>[] {
  const lines = text.trim().split(/\r?\n/);
  const cells = (line: string) =>
    [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].slice(0, -1).map(([, cell]) =>
      cell!.startsWith('"') ? cell!.slice(1, -1).replaceAll('""', '"') : cell!
    );
  const head = lines[0]!.split(",");
  return lines.slice(1).map((line) => {
    const values = cells(`${line},`);
    return Object.fromEntries(head.map((name, index) => [name, values[index] ?? ""]));
  });
}

/** A file of the data set. */
export const readData = (name: string) => Deno.readTextFile(new URL(name, folder));

/** A season as it was played. */
export interface Published {
  league: League;
  placements: readonly Placement[];
}

const isoDate = (text: string) => `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6, 8)}`;

/** A men's basketball season (`2017-18`) with the great-circle miles between stadiums. */
export async function readBasketball(season: string): Promise<Published> {
  const games = csvRows(await readData(`big12_mbb_${season}.csv`));
  const stadiums = csvRows(await readData("fbs_stadiums_cfbd.csv"));
  const names = new Map(games.map(({ home, home_school }) => [home!, home_school!]));
  const teams = [...names].sort().map(([id, name]) => {
    const stadium = stadiums.find(({ School }) => School === name)!;
    const [latitude, longitude] = [stadium["Location Latitude"], stadium["Location Longitude"]].map(Number);
    return { id, name, latitude, longitude };
  });
  const dates = [...new Set(games.map(({ date }) => isoDate(date!)))].sort();
  const league: League = {
    teams,
    rounds: dates.map((date, index) => ({
      number: index + 1,
      date,
      games: games.filter((game) => isoDate(game.date!) === date).length,
    })),
    matchups: games.map(({ home, away }) => ({ home: home!, away: away! })),
    constraints: [],
  };
  const placements = games.map(({ date, home, away }, matchup) => ({
    matchup,
    round: dates.indexOf(isoDate(date!)) + 1,
    home: home!,
    away: away!,
  }));
  return { league, placements };
}

/** Numbers the constraints of a league. */
export const numbered = (constraints: Omit<LeagueConstraint, "id">[]): LeagueConstraint[] =>
  constraints.map((constraint, index) => ({ id: String(index + 1), ...constraint }));
