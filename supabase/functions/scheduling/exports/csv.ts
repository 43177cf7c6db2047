import Papa from "papaparse";
import { type Cells, columns, harmless, type Kind } from "../columns.ts";

/** A cell as text that spreadsheets show and do not run; numbers and dates as they are. */
export function cellText(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "object") return JSON.stringify(value);
  return typeof value === "string" ? harmless(value) : String(value);
}

/** RFC 4180, with the byte order mark by which Excel knows UTF-8. */
export async function* csvOf(pages: AsyncIterable<Cells[]>, kind: Kind): AsyncGenerator<string> {
  const { names } = columns[kind];
  let head = `\ufeff${names.join(",")}`;
  for await (const rows of pages) {
    const lines = rows.length ? Papa.unparse(rows.map((row) => names.map((name) => cellText(row[name])))) : "";
    yield head + (lines && `\r\n${lines}`);
    head = "";
  }
  yield "\r\n";
}
