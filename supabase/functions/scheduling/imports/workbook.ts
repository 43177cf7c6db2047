import { Problem } from "../../../../shared/http/problem.ts";
import { unreadable } from "./faults.ts";

/** What a workbook may come to: it is unpacked whole, and its reader makes a cell for each up to the last one. */
const mostBytes = 64 * 1024 * 1024;
const mostCells = 5_000_000;
const mostFiles = 1000;

interface Packed {
  name: string;
  method: number;
  bytes: Uint8Array<ArrayBuffer>;
}

/** Refuses what would fill a function's memory: files that unpack to too much, a cell at the far end of a sheet. */
export async function refuseBombs(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  let left = mostBytes;
  for (const file of packedIn(bytes)) {
    const text = await unpacked(file, left);
    left -= text.length;
    if (file.name.startsWith("xl/worksheets/")) refuseFarCells(new TextDecoder().decode(text));
  }
}

const damaged = () =>
  unreadable({ line: 1, message: "this is no Excel workbook (.xlsx), or it is damaged or protected." });
const tooLarge = () =>
  new Problem("payload_too_large", {
    detail: "A workbook has 64 MB at most when it is unpacked, and 5,000,000 cells up to the last one: send CSV.",
  });

/** The files of an archive by its central directory; those larger than 4 GB, which have another one, are none of ours. */
function packedIn(bytes: Uint8Array<ArrayBuffer>): Packed[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    let end = bytes.length - 22;
    while (view.getUint32(end, true) !== 0x06054b50) if (--end < bytes.length - 65_558) throw damaged();
    const count = view.getUint16(end + 8, true);
    let at = view.getUint32(end + 16, true);
    if (count > mostFiles) throw tooLarge();
    return Array.from({ length: count }, () => {
      const [length, extra, comment] = [28, 30, 32].map((place) => view.getUint16(at + place, true)) as [
        number,
        number,
        number,
      ];
      const local = view.getUint32(at + 42, true);
      const from = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
      const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + length));
      const method = view.getUint16(at + 10, true);
      const content = bytes.subarray(from, from + view.getUint32(at + 20, true));
      at += 46 + length + extra + comment;
      return { name, method, bytes: content };
    });
  } catch (failure) {
    throw failure instanceof RangeError ? damaged() : failure;
  }
}

/** Sizes that an archive states are not believed: what comes is counted. */
async function unpacked({ method, bytes }: Packed, most: number): Promise<Uint8Array> {
  if (method !== 0 && method !== 8) throw damaged();
  const packed = new Blob([bytes]).stream();
  const stream = method === 0 ? packed : packed.pipeThrough(new DecompressionStream("deflate-raw"));
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  try {
    for await (const piece of stream) {
      size += piece.length;
      if (size > most) throw tooLarge();
      pieces.push(piece as Uint8Array<ArrayBuffer>);
    }
  } catch (failure) {
    throw failure instanceof Problem ? failure : damaged();
  }
  return new Uint8Array(await new Blob(pieces).arrayBuffer());
}

const cellTag = /<(?:[^\s<>/:]+:)?c\s([^<]*)/g;
const address = /(?:^|\s)r\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

function refuseFarCells(sheet: string): void {
  let [rows, columns] = [0, 0];
  for (const [, attributes] of sheet.matchAll(cellTag)) {
    for (const [, one, other] of attributes!.matchAll(address)) {
      const [, letters, number] = /^([A-Z]{1,3})(\d{1,7})$/.exec(one ?? other ?? "") ?? [];
      if (!letters) throw damaged();
      rows = Math.max(rows, Number(number));
      columns = Math.max(columns, [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0));
    }
  }
  if (rows * columns > mostCells) throw tooLarge();
}
