import { Problem } from "../../../../shared/http/problem.ts";
import { type Kind, type Line } from "../columns.ts";
import { rowsOfCsv } from "./csv.ts";
import { rowsOfDocument } from "./document.ts";
import { rowsOfExcel } from "./excel.ts";
import { unreadable } from "./faults.ts";
import { textOf } from "./text.ts";

export type Format = "csv" | "xlsx" | "json";

const formats: Record<string, Format> = {
  "text/csv": "csv",
  "text/tab-separated-values": "csv",
  "text/plain": "csv",
  "application/csv": "csv",
  "application/vnd.ms-excel": "csv",
  "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
  "application/json": "json",
};

/** 16 MB: what has to be read whole, workbooks and JSON, must fit into a function's memory several times. */
const mostWhole = 16 * 1024 * 1024;

/** Some rows of one kind, in the order of the file. */
export interface Batch {
  kind: Kind;
  rows: Line[];
}

export interface File {
  body: ReadableStream<Uint8Array>;
  contentType: string | undefined;
  /** Said by the sender where the content type does not. */
  format: Format | undefined;
}

/** The rows of a file as they come in. Throws `unreadable_file` with lines, `payload_too_large`, `unsupported_media_type`. */
export async function* batchesOf({ body, contentType, format }: File, what: Kind | "schedule"): AsyncGenerator<Batch> {
  const [type = "", ...parameters] = (contentType ?? "").split(";").map((part) => part.trim().toLowerCase());
  const known = format ?? formats[type];
  if (!known) {
    throw new Problem("unsupported_media_type", { detail: "Send text/csv, application/json or an .xlsx file." });
  }
  if (known === "csv") {
    if (what === "schedule") throw unreadable({ line: 1, message: "a whole schedule is imported from JSON." });
    const charset = parameters.find((part) => part.startsWith("charset="))?.slice(8).replace(/"/g, "");
    for await (const rows of rowsOfCsv(textOf(body, charset), what)) yield { kind: what, rows };
    return;
  }
  const bytes = await wholeOf(body);
  if (known === "json") {
    const text = (await Array.fromAsync(textOf(new Response(bytes).body!))).join("");
    for (const [kind, rows] of rowsOfDocument(text, what)) yield { kind, rows };
  } else {
    if (what === "schedule") throw unreadable({ line: 1, message: "a whole schedule is imported from JSON." });
    yield { kind: what, rows: await rowsOfExcel(bytes, what) };
  }
}

async function wholeOf(body: ReadableStream<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > mostWhole) {
      throw new Problem("payload_too_large", { detail: "Workbooks and JSON have 16 MB at most: send more as CSV." });
    }
    chunks.push(chunk);
  }
  return new Uint8Array(await new Blob(chunks as Uint8Array<ArrayBuffer>[]).arrayBuffer());
}
