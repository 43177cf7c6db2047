import { z } from "zod";
import { Problem } from "./problem.ts";

/** The last row of a page: where the next one goes on. */
export interface Keyset {
  /** Value of the leading sort column. */
  readonly after: string;
  /** Breaks ties. */
  readonly id: string;
}

const keyset = z.tuple([z.iso.datetime({ offset: true }), z.guid()]);

/** An opaque cursor. Its content is no secret; a client has no business in it. */
export function encodeCursor({ after, id }: Keyset): string {
  return btoa(JSON.stringify([after, id])).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

/** Reads a cursor back. Throws `invalid_cursor` for anything that `encodeCursor` did not make. */
export function decodeCursor(cursor: string): Keyset {
  try {
    const [after, id] = keyset.parse(JSON.parse(atob(cursor.replace(/-/g, "+").replace(/_/g, "/"))));
    return { after, id };
  } catch (cause) {
    throw new Problem("invalid_cursor", { cause });
  }
}
