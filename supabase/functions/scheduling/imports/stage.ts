import { answerOf } from "../../../../shared/db/answer.ts";
import type { Json } from "../../../../shared/db/types.ts";
import type { Caller } from "../../../../shared/http/auth.ts";
import { Problem } from "../../../../shared/http/problem.ts";
import type { Kind, Line } from "../columns.ts";
import { batchesOf, type File } from "./read-file.ts";

/** Rows sent to the database at once: about 1 MB. */
const batchSize = 4000;

/**
 * Stages a file as a part of an import and returns how many rows it has. What is in memory is one batch that is sent and
 * one that is being read, whatever the size of the file.
 */
export async function stagePart(
  client: Caller["client"],
  importId: string,
  part: number,
  what: Kind | "schedule",
  file: File,
): Promise<number> {
  let first = true;
  let sent: Promise<number> = Promise.resolve(0);
  const send = async (kind: Kind, rows: Line[], last: boolean) => {
    await sent;
    const staged = { import_id: importId, part, kind, rows: rows as unknown as Json, first, last };
    first = false;
    sent = answerOf(client.rpc("stage_import_rows", staged));
    sent.catch(() => {}); // told by the next await
  };
  let held: { kind: Kind; rows: Line[] } | undefined;
  for await (const { kind, rows } of batchesOf(file, what)) {
    if (held && held.kind !== kind) {
      await send(held.kind, held.rows, false);
      held = undefined;
    }
    const all: Line[] = held ? held.rows.concat(rows) : rows;
    let from = 0;
    for (; all.length - from > batchSize; from += batchSize) await send(kind, all.slice(from, from + batchSize), false);
    held = { kind, rows: from ? all.slice(from) : all };
  }
  if (!held) throw new Problem("import_empty");
  await send(held.kind, held.rows, true);
  return await sent;
}
