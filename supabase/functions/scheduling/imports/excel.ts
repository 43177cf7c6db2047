import { readSheet } from "read-excel-file/universal";
import { type Cells, freeText, type Kind, type Line, plainText } from "../columns.ts";
import { headerOf } from "./csv.ts";
import { unreadable } from "./faults.ts";
import { refuseBombs } from "./workbook.ts";

/** The rows of the first sheet of an Excel workbook: formulas count as what they last came to. */
export async function rowsOfExcel(bytes: Uint8Array, kind: Kind): Promise<Line[]> {
  await refuseBombs(bytes as Uint8Array<ArrayBuffer>);
  const sheet = await readSheet(new Blob([bytes as Uint8Array<ArrayBuffer>]), { trim: false }).catch(() => {
    throw unreadable({ line: 1, message: "this is no Excel workbook (.xlsx), or it is damaged or protected." });
  });
  const first = sheet.findIndex((cells) => cells.some((cell) => cell !== null));
  if (first < 0) throw unreadable({ line: 1, message: "the sheet is empty: its first row names the columns." });
  const header = headerOf(sheet[first]!, kind, first + 1);
  return sheet.flatMap((cells, index) => {
    if (index <= first || cells.every((cell) => cell === null)) return [];
    const row: Cells = { line: index + 1 };
    header.forEach((name, column) => name !== undefined && (row[name] = textOf((cells[column] ?? null) as Cell, name)));
    return [row as Line];
  });
}

type Cell = string | number | boolean | Date | null;

/** As the same file would say it in CSV. Times of day are moments of the day that Excel counts days from. */
function textOf(cell: Cell, column: string): unknown {
  if (cell instanceof Date) {
    const iso = cell.toISOString();
    if (column === "date") return iso.slice(0, 10);
    return column === "time" ? iso.slice(11, 19) : iso;
  }
  // A time of day that has lost its format is a share of the day.
  if (column === "time" && typeof cell === "number" && cell >= 0 && cell < 1) {
    return new Date(Math.round(cell * 86_400) * 1000).toISOString().slice(11, 19);
  }
  if (typeof cell !== "string") return cell;
  const text = plainText(freeText.has(column) ? cell : cell.trim());
  return text === "" ? null : text;
}
