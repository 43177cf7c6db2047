import { type Cells, columns, type Kind, kinds, type Line } from "../columns.ts";
import { Faults, unreadable } from "./faults.ts";

const isObject = (value: unknown): value is Cells =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * The rows of a JSON file, by kind: a list of one kind, an object that holds such lists by the kinds' names, or both as a
 * JSON export has them. A row's line is its place in its list, from 1.
 */
export function rowsOfDocument(text: string, what: Kind | "schedule"): Map<Kind, Line[]> {
  let document: unknown;
  try {
    document = JSON.parse(text.replace(/^\ufeff/, ""));
  } catch (failure) {
    const place = Number(/position (\d+)/.exec(String(failure))?.[1] ?? text.length);
    throw unreadable({ line: text.slice(0, place).split("\n").length, message: "this is no JSON." });
  }
  const lists: Cells | undefined = Array.isArray(document) && what !== "schedule"
    ? { [what]: document }
    : isObject(document)
    ? document
    : undefined;
  if (!lists) throw unreadable({ line: 1, message: "a list of rows is expected, or an object of such lists." });
  const faults = new Faults();
  const rows = new Map<Kind, Line[]>();
  for (const kind of what === "schedule" ? kinds : [what]) {
    const list = lists[kind];
    if (list === undefined) continue;
    if (!Array.isArray(list)) throw unreadable({ line: 1, column: kind, message: "a list of rows is expected." });
    rows.set(kind, list.flatMap((item, index) => rowOf(item, index + 1, kind, faults)));
  }
  faults.refuse();
  return rows;
}

function rowOf(item: unknown, line: number, kind: Kind, faults: Faults): Line[] {
  if (!isObject(item)) {
    faults.add({ line, column: kind, message: "an object is expected." });
    return [];
  }
  const { names, said = [] } = columns[kind];
  const row: Cells = {};
  for (const [name, value] of Object.entries(item)) {
    if (!names.includes(name)) faults.add({ line, column: `${kind}.${name}`, message: `${kind} have no such field.` });
    else if (typeof value === "string" && value.includes("\0")) {
      faults.add({ line, column: `${kind}.${name}`, message: "there is a NUL character." });
    } else if (!said.includes(name)) row[name] = value === "" ? null : value;
  }
  return [{ ...row, line }];
}
