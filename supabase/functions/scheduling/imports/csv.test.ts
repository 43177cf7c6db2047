import assert from "node:assert/strict";
import { cpuClock } from "../../../../shared/testing.ts";
import type { Line } from "../columns.ts";
import { rowsOfCsv } from "./csv.ts";
import { textOf } from "./text.ts";

const file = `date,home_team,away_team,note\r
2029-01-06,KU,AZ,"two\r
lines, ""quoted"""\r
\r
2029-01-07,ΟΛΥ,Łódź,😀\r
`;

const rows = (chunks: Uint8Array[]): Promise<Line[]> =>
  Array.fromAsync(rowsOfCsv(textOf(ReadableStream.from(chunks)), "games", 1)).then((batches) => batches.flat());

Deno.test("csv: the same rows, wherever the stream is cut", async () => {
  const bytes = new TextEncoder().encode(file);
  const whole = await rows([bytes]);
  assert.deepEqual(whole, [
    { line: 2, date: "2029-01-06", home_team: "KU", away_team: "AZ", note: 'two\r\nlines, "quoted"' },
    { line: 5, date: "2029-01-07", home_team: "ΟΛΥ", away_team: "Łódź", note: "😀" },
  ]);
  for (let cut = 1; cut < bytes.length; cut++) {
    assert.deepEqual(await rows([bytes.slice(0, cut), bytes.slice(cut)]), whole, `cut at ${cut}`);
  }
  assert.deepEqual(await rows(Array.from(bytes, (byte) => Uint8Array.of(byte))), whole);
});

Deno.test("csv: a quote that is never closed ends the reading before memory does", async () => {
  let sent = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      sent += 65_536;
      controller.enqueue(new TextEncoder().encode(sent === 65_536 ? 'date,note\n2029-01-06,"' : "x".repeat(65_536)));
    },
  });
  await assert.rejects(
    Array.fromAsync(rowsOfCsv(textOf(endless), "games")),
    { code: "unreadable_file", detail: /^Line 2: a quote is opened/ },
  );
  assert.ok(sent < 3_000_000, `${sent} bytes were read`);
});

Deno.test("what comes byte by byte is not read again with each", async () => {
  async function* drops() {
    yield `code,name\nKU,"`;
    for (let n = 0; n < 200_000; n++) yield "a";
    yield `"\n`;
  }
  const spent = cpuClock();
  const rows = (await Array.fromAsync(rowsOfCsv(drops(), "teams"))).flat();
  assert.equal((rows[0] as Line & { name: string }).name.length, 200_000);
  assert.ok(spent() < 3000, "a cell of 200,000 bytes took sixteen seconds");
});
