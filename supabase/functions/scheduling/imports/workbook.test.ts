import assert from "node:assert/strict";
import writeXlsxFile from "write-excel-file/universal";
import { Problem } from "../../../../shared/http/problem.ts";
import { rowsOfExcel } from "./excel.ts";
import { refuseBombs } from "./workbook.ts";

/** An archive of one deflated file; `stated` is the size it claims to unpack to. */
async function archive(name: string, text: string, stated = text.length): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const packed = await new Response(stream).arrayBuffer();
  const header = (size: number, fields: [number, number][]) => {
    const view = new DataView(new ArrayBuffer(size));
    for (const [place, value] of fields) view.setUint32(place, value, true);
    return view;
  };
  const local = header(30, [[0, 0x04034b50], [8, 8], [26, name.length]]);
  const entry = header(46, [[0, 0x02014b50], [10, 8], [20, packed.byteLength], [24, stated], [28, name.length]]);
  const offset = 30 + name.length + packed.byteLength;
  const end = header(22, [[0, 0x06054b50], [8, 1], [12, 46 + name.length], [16, offset]]);
  return new Uint8Array(await new Blob([local, name, packed, entry, name, end]).arrayBuffer());
}

const sheet = "xl/worksheets/sheet1.xml";
const codeOf = (bytes: Uint8Array<ArrayBuffer>) =>
  refuseBombs(bytes).then(() => "taken", (failure: Problem) => failure.code);

Deno.test("a workbook that unpacks to too much is refused, whatever it states", async () => {
  const bomb = " ".repeat(65 * 1024 * 1024);
  assert.deepEqual(await codeOf(await archive("xl/sharedStrings.xml", bomb)), "payload_too_large");
  assert.deepEqual(await codeOf(await archive("xl/sharedStrings.xml", bomb, 0)), "payload_too_large");
});

Deno.test("a cell at the far end of a sheet is refused, however it is written", async () => {
  assert.deepEqual(await codeOf(await archive(sheet, `<c r="A1"/><c r="XFD1048576"/>`)), "payload_too_large");
  assert.deepEqual(await codeOf(await archive(sheet, `<x:c s=">" r = 'XFD1048576'/>`)), "payload_too_large");
  assert.deepEqual(await codeOf(await archive(sheet, `<c r="&#88;FD1048576"/>`)), "unreadable_file");
  await refuseBombs(await archive(sheet, `<c r="A1"/><c r="T200000"/>`));
});

Deno.test("what is no archive is refused, and a workbook is read", async () => {
  assert.deepEqual(await codeOf(new TextEncoder().encode("code,name")), "unreadable_file");
  assert.deepEqual(await codeOf(new Uint8Array(100)), "unreadable_file");
  const file = await writeXlsxFile([[{ value: "code" }, { value: "name" }], [{ value: "A" }, { value: "Ames" }]])
    .toBlob();
  const bytes = new Uint8Array(await file.arrayBuffer());
  assert.deepEqual(await rowsOfExcel(bytes, "teams"), [{ line: 2, code: "A", name: "Ames" }]);
});
