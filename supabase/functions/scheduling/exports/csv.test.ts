import assert from "node:assert/strict";
import fc from "fast-check";
import { rowsOfCsv } from "../imports/csv.ts";
import { textOf } from "../imports/text.ts";
import { csvOf } from "./csv.ts";

Deno.test("csv: any text comes back as it was", async () => {
  const odd = [
    "a\r\nb",
    "a\rb",
    "\n",
    "x\u0001y",
    " lead ",
    "=1+1",
    "'=1",
    "\t=",
    '"',
    "'",
    ",",
    ";",
    "\ufeffx",
    "﻿",
    "true",
  ];
  const notes = [...odd, ...fc.sample(fc.string({ unit: "grapheme", minLength: 1 }), 300)];
  const pages = ReadableStream.from([notes.map((note, n) => ({ round: n, date: "2029-01-06", note }))]);
  const pieces = ReadableStream.from(csvOf(pages, "games")).pipeThrough(new TextEncoderStream());
  const back = (await Array.fromAsync(rowsOfCsv(textOf(pieces), "games"))).flat();
  assert.deepEqual(back.map(({ note }) => note), notes);
});
