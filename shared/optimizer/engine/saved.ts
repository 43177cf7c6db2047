/** A search as bytes: a length, the standing as JSON, then the cells of the schedule at hand and of the best one. */
import type { Snapshot } from "./search.ts";

interface Header {
  readonly standing: Snapshot["standing"];
  readonly random: readonly number[];
  readonly total: number;
}

/** Bytes of a snapshot: some 4 KB for a league of 20 teams. `more` is kept beside it. */
export function pack(snapshot: Snapshot, more: unknown): Uint8Array {
  const { standing, random, cells, best } = snapshot;
  const header: Header = { standing, random, total: best.total };
  const text = new TextEncoder().encode(JSON.stringify([header, more]));
  const bytes = new Uint8Array(4 + text.length + 4 * cells.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, text.length, true);
  bytes.set(text, 4);
  [...cells, ...best.cells].forEach((code, at) => view.setInt16(4 + text.length + 2 * at, code, true));
  return bytes;
}

/** What {@link pack} was given. Throws where the bytes are not such. */
export function unpack(bytes: Uint8Array): { snapshot: Snapshot; more: unknown } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(0, true);
  const [header, more] = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length))) as [Header, unknown];
  const codes = Int16Array.from(
    { length: (bytes.byteLength - 4 - length) / 2 },
    (_, at) => view.getInt16(4 + length + 2 * at, true),
  );
  const half = codes.length / 2;
  return {
    snapshot: {
      standing: header.standing,
      random: header.random,
      cells: codes.slice(0, half),
      best: { total: header.total, cells: codes.slice(half) },
    },
    more,
  };
}
