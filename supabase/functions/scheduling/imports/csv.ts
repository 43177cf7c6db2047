import Papa from "papaparse";
import { type Cells, columns, freeText, type Kind, type Line, plainText } from "../columns.ts";
import { Faults, unreadable } from "./faults.ts";

interface Parsed {
  data: string[][];
  errors: { code: string; message: string; row?: number }[];
  meta: { cursor: number };
}

/** What a million rows are read by: records of a piece of text, and how far the last whole one reaches. */
interface RecordParser {
  parse(text: string, baseIndex: number, ignoreLastRow: boolean): Parsed;
}

const newParser = (delimiter: string, newline: string): RecordParser => new Papa.Parser({ delimiter, newline });

/** No row is longer; a quote that is never closed would otherwise read the whole file as one cell. */
const longestRecord = 1024 * 1024;

/** As much is read at once. */
const usualRead = 64 * 1024;

const delimiters = [",", ";", "\t", "|"];

/**
 * The rows of a CSV file, in batches as its text comes in: comma, semicolon, tab or bar between cells, quotes around what
 * holds them, a header of known columns. Lines are counted as an editor does, quoted line breaks too.
 */
export async function* rowsOfCsv(
  text: AsyncIterable<string>,
  kind: Kind,
  leastRead = usualRead,
): AsyncGenerator<Line[]> {
  const faults = new Faults();
  const reader = new CsvReader(kind, faults);
  let piece = "";
  for await (const more of text) {
    // A record that has not come whole is read again with what follows: not for each byte of a slow sender.
    piece += more;
    if (piece.length < leastRead) continue;
    const rows = reader.read(piece, false);
    piece = "";
    if (rows.length) yield rows;
  }
  const rows = reader.read(piece, true);
  if (rows.length) yield rows;
  if (!reader.hasHeader) throw unreadable({ line: 1, message: "the file is empty: its first line names the columns." });
  faults.refuse();
}

class CsvReader {
  readonly #kind: Kind;
  readonly #faults: Faults;
  #rest = "";
  #line = 1;
  #parser?: RecordParser;
  #header?: (string | undefined)[];

  constructor(kind: Kind, faults: Faults) {
    this.#kind = kind;
    this.#faults = faults;
  }

  get hasHeader(): boolean {
    return this.#header !== undefined;
  }

  read(piece: string, last: boolean): Line[] {
    const text = this.#rest + piece;
    this.#parser ??= this.#open(text, last);
    if (!this.#parser) {
      this.#rest = text;
      return [];
    }
    const { data, errors, meta } = this.#parser.parse(text, 0, !last);
    this.#rest = last ? "" : text.slice(meta.cursor);
    if (this.#rest.length > longestRecord) {
      throw unreadable({ line: this.#line, message: "a quote is opened here and not closed." });
    }
    const broken = new Map(errors.map(({ row, message }) => [row, message]));
    return data.flatMap((cells, index) => this.#row(cells, broken.get(index)));
  }

  /** Once the header's line has come, it tells the delimiter, and how lines end. */
  #open(text: string, last: boolean): RecordParser | undefined {
    const end = text.search(/[\r\n]/);
    if ((end < 0 || end === text.length - 1) && !last && text.length < longestRecord) return;
    const header = end < 0 ? text : text.slice(0, end);
    const newline = /^(?:\r\n?|\n)/.exec(text.slice(Math.max(end, 0), end + 2))?.[0] ?? "\n";
    const counts = delimiters.map((delimiter) => header.split(delimiter).length);
    return newParser(delimiters[counts.indexOf(Math.max(...counts))]!, newline);
  }

  #row(cells: string[], broken: string | undefined): Line[] {
    const line = this.#line;
    this.#line += 1;
    for (const cell of cells) if (cell.includes("\n")) this.#line += cell.split("\n").length - 1;
    if (cells.length === 1 && cells[0]!.trim() === "") return [];
    if (broken) this.#faults.add({ line, message: `${broken}.` });
    if (!this.#header) {
      this.#header = headerOf(cells, this.#kind, line);
      return [];
    }
    if (cells.length !== this.#header.length) {
      this.#faults.add({ line, message: `there are ${cells.length} cells, and ${this.#header.length} columns.` });
      return [];
    }
    return [cellsOf(this.#header, cells, line, this.#faults)];
  }
}

/** Known columns by their place; none for those that are there to be read by people. */
export function headerOf(cells: readonly unknown[], kind: Kind, line: number): (string | undefined)[] {
  const { names, said = [] } = columns[kind];
  const header = cells.map((cell) =>
    String(cell ?? "").replace(/^\ufeff/, "").trim().toLowerCase().replace(/[ -]+/g, "_")
  );
  const unknown = header.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw unreadable({
      line,
      column: unknown,
      message: `no column of ${kind} has this name. There are ${names.join(", ")}.`,
    });
  }
  const twice = header.find((name, index) => header.indexOf(name) !== index);
  if (twice) throw unreadable({ line, column: twice, message: "two columns have this name." });
  return header.map((name) => said.includes(name) ? undefined : name);
}

function cellsOf(header: (string | undefined)[], cells: string[], line: number, faults: Faults): Line {
  const row: Cells = { line };
  header.forEach((name, index) => {
    if (name === undefined) return;
    const cell = plainText(freeText.has(name) ? cells[index]! : cells[index]!.trim());
    if (cell.includes("\0")) faults.add({ line, column: name, message: "there is a NUL character." });
    row[name] = cell === "" ? null : cell;
  });
  return row as Line;
}
