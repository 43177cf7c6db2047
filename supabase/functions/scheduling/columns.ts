/** What rows of files are; a file of `schedule` (JSON) holds all of them. */
export const kinds = ["venues", "teams", "rounds", "matchups", "constraints", "games"] as const;
export type Kind = typeof kinds[number];

/** The cells of a row by their columns' names; null: empty. */
export type Cells = Record<string, unknown>;

/** A row and the line it stands on, the first line being 1. */
export type Line = Cells & { line: number };

interface Columns {
  /** In the order of exports. */
  readonly names: readonly string[];
  /** Exported for people to read; what imports say there is not looked at. */
  readonly said?: readonly string[];
}

export const columns: Record<Kind, Columns> = {
  venues: {
    names: [
      "id",
      "code",
      "name",
      "time_zone",
      "address",
      "latitude",
      "longitude",
      "spectators",
      "games_at_once",
    ],
  },
  teams: { names: ["id", "code", "name", "division", "schedule_division", "venue", "time_zone"] },
  rounds: { names: ["number", "date", "time"] },
  matchups: { names: ["home_team", "away_team", "games", "home_is_fixed"] },
  constraints: { names: ["id", "type", "name", "hard", "weight", "active", "params"] },
  games: {
    names: [
      "id",
      "round",
      "date",
      "time",
      "time_zone",
      "home_team",
      "home_name",
      "away_team",
      "away_name",
      "venue",
      "venue_name",
      "neutral",
      "tv_window",
      "status",
      "attendance",
      "home_score",
      "away_score",
      "note",
      "starts_at",
      "ends_at",
    ],
    said: ["home_name", "away_name", "venue_name"],
  },
};

/** Columns whose cells are taken as they are, spaces at their ends too. */
export const freeText: ReadonlySet<string> = new Set(["name", "note", "address", "division", "schedule_division"]);

/** Spreadsheets run cells that begin so as formulas, some of them also in their wide forms. */
const formula = /^'*[=+\-@\t\r＝＋－＠]/;

/**
 * A text that no spreadsheet takes for a formula: with an apostrophe before it, where it would. Texts that have
 * apostrophes there get one more, so that `plainText` gives each back as it was.
 */
export const harmless = (text: string): string => formula.test(text) ? `'${text}` : text;

export const plainText = (cell: string): string => cell.startsWith("'") && formula.test(cell) ? cell.slice(1) : cell;
