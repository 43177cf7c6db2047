import type { Cell } from "write-excel-file/universal";
import writeXlsxFile from "write-excel-file/universal";
import { Problem } from "../../../../shared/http/problem.ts";
import { type Cells, columns, type Kind } from "../columns.ts";
import { cellText } from "./csv.ts";

/** A hosted function has 2 s of CPU a request: a workbook of games takes about half of that for so many. */
const mostRows = 8000;

const wide: Record<string, number> = { id: 38, note: 40, params: 60, home_name: 28, away_name: 28, venue_name: 28 };

/** A workbook of one sheet: dates are dates, all else is text and numbers, nothing is a formula. */
export async function excelOf(pages: AsyncIterable<Cells[]>, kind: Kind): Promise<Blob> {
  const { names } = columns[kind];
  const data: Cell[][] = [names.map((value) => ({ value, type: String, fontWeight: "bold" }))];
  for await (const rows of pages) {
    if (data.length + rows.length > mostRows + 1) {
      throw new Problem("payload_too_large", { detail: "A workbook has 8,000 rows at most: take CSV for more." });
    }
    for (const row of rows) data.push(names.map((name) => cellOf(name, row[name])));
  }
  const sheet = {
    sheet: kind,
    columns: names.map((name) => ({ width: wide[name] ?? Math.max(12, name.length + 2) })),
    stickyRowsCount: 1,
    dateFormat: "yyyy-mm-dd",
  };
  return await writeXlsxFile(data, sheet).toBlob();
}

function cellOf(name: string, value: unknown): Cell {
  if (value === null || value === undefined) return null;
  if (typeof value === "number" || typeof value === "boolean") return value;
  if (name === "date" && typeof value === "string") return { value: new Date(`${value}T00:00:00Z`), type: Date };
  return { value: escaped(cellText(value)), type: String };
}

const written = (sign: string) => `_x${sign.charCodeAt(0).toString(16).padStart(4, "0").toUpperCase()}_`;

/**
 * Signs that XML has not are written as the format has them, and what looks like one of those too. So is the first letter
 * of a name that every object has: the library looks texts up in one.
 */
function escaped(text: string): string {
  if (text in {}) return written(text) + text.slice(1);
  return text.replace(
    // deno-lint-ignore no-control-regex
    /[\u0000-\u0008\u000b\u000c\r\u000e-\u001f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)/g,
    written,
  );
}
