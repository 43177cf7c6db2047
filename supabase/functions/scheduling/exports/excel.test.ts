import assert from "node:assert/strict";
import fc from "fast-check";
import { rowsOfExcel } from "../imports/excel.ts";
import { excelOf } from "./excel.ts";

Deno.test("excel: any text comes back as it was", async () => {
  const odd = [
    "a\r\nb",
    "x\u0001y",
    "_x0041_",
    "_x005F_x0041_",
    " lead ",
    "\u000b",
    "=1+1",
    "'=1",
    "0012",
    "1e5",
    "2029-01-01",
    "true",
    "&lt;<b>",
    "constructor",
    "__proto__",
    "toString",
  ];
  const some = fc.sample(fc.string({ unit: "grapheme", minLength: 1 }), 200);
  const notes = [...odd, ...some];
  const pages = ReadableStream.from([notes.map((note, n) => ({ round: n, date: "2029-01-06", note }))]);
  const blob = await excelOf(pages, "games");
  const back = await rowsOfExcel(new Uint8Array(await blob.arrayBuffer()), "games");
  assert.deepEqual(back.map(({ note }) => note), notes);
  assert.deepEqual([back[1]!.date, back[1]!.round, back[1]!.line], ["2029-01-06", 1, 3]);
});
