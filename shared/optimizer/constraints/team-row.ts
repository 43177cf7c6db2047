import type { Season } from "../season.ts";

/** The games of one team in their order. */
export interface TeamRow {
  readonly team: number;
  /** How many there are. */
  games: number;
  readonly slot: Int16Array;
  readonly opponent: Int16Array;
  /** 1 at home. */
  readonly home: Uint8Array;
  /** The reading that it was filled in; see RowTerm. */
  reading: number;
}

/** An empty row with room for every slot. */
export const emptyRow = (season: Season, team: number): TeamRow => ({
  team,
  games: 0,
  slot: new Int16Array(season.slots),
  opponent: new Int16Array(season.slots),
  home: new Uint8Array(season.slots),
  reading: NaN,
});

/** Fills a row from the codes of a state: `opponent * 2 + (at home ? 1 : 0)`, negative for a bye. */
export function readRow(row: TeamRow, cells: Int16Array, from: number): TeamRow {
  const { slot, opponent, home } = row;
  const slots = slot.length;
  let games = 0;
  for (let at = 0; at < slots; at++) {
    const code = cells[from + at]!;
    if (code < 0) continue;
    slot[games] = at;
    opponent[games] = code >> 1;
    home[games++] = code & 1;
  }
  row.games = games;
  return row;
}

/** Whose home the team's game `index` is at; outside the season its own. */
export const placeOf = (row: TeamRow, index: number): number =>
  index < 0 || index >= row.games || row.home[index] ? row.team : row.opponent[index]!;

/** Miles between the places of the games `index` and `index + 1`; -1 and `games` are at home. */
export const legMiles = (season: Season, row: TeamRow, index: number): number =>
  season.miles[placeOf(row, index) * season.teams + placeOf(row, index + 1)]!;

const shared = new WeakMap<Season, TeamRow[]>();

/** The row of a team that all terms of a season share: filled once a reading. */
export function sharedRow(season: Season, team: number): TeamRow {
  const rows = shared.get(season) ?? [];
  shared.set(season, rows);
  return rows[team] ??= emptyRow(season, team);
}
