import assert from "node:assert/strict";
import { PDFDocument } from "pdf-lib";
import type { Cells } from "../../columns.ts";
import { pdfOf } from "./mod.ts";
import { printedGame, Words } from "./season.ts";
import { type Face, legible } from "./sheet.ts";

const game = (more: Cells): Cells => ({
  date: "2029-01-06",
  time: "19:00",
  time_zone: "America/Chicago",
  starts_at: "2029-01-07T01:00:00Z",
  home_name: "Łódź",
  away_name: "Ολυμπιακός",
  home_team: "L",
  away_team: "O",
  venue_name: null,
  neutral: false,
  status: "scheduled",
  home_score: null,
  away_score: null,
  tv_window: null,
  round: 1,
  ...more,
});

const printing = { title: "Season — Сезон", paper: "letter", locale: "en-US" } as const;

Deno.test("pdf: a season has its pages, none has none, whatever the names", async () => {
  const rows = Array.from({ length: 120 }, (_, n) =>
    game({
      date: `2029-0${1 + n % 9}-${10 + n % 17}`,
      home_team: `T${n % 10}`,
      home_name: "A name that is far too long for any column of a printed schedule ".repeat(3),
      away_name: n % 2 ? "東京大学" : "מכבי תל אביב",
      note: "\n",
    }));
  for (const some of [rows, rows.slice(0, 1), []]) {
    const document = await PDFDocument.load(await pdfOf(some, printing));
    assert.equal(document.getTitle(), printing.title);
    assert.ok(document.getPageCount() >= 2 && document.getPageCount() < 20, `${document.getPageCount()}`);
  }
  const a4 = await PDFDocument.load(await pdfOf(rows, { ...printing, paper: "a4", locale: "el" }));
  assert.equal(Math.round(a4.getPage(0).getHeight()), 842);
});

Deno.test("pdf: any name is printed, if need be by its code", async () => {
  const names = [
    "الأهلي المصري",
    "नई दिल्ली",
    "서울",
    "กรุงเทพ",
    "ᠮᠣᠩᠭᠣᠯ",
    "မြန်မာ",
    "👩‍👩‍👧",
    "é\u0301\u0301",
    "\u200f\u202e",
    "𝔘𝔫𝔦",
    "ﷺ",
    "\ud800",
  ];
  const rows = names.map((name, n) =>
    game({ home_name: name, venue_name: name, tv_window: name, home_team: n % 2 ? name : `T${n}` })
  );
  const document = await PDFDocument.load(await pdfOf(rows, { ...printing, title: names.join(" ") }));
  assert.ok(document.getPageCount() >= 2);
});

Deno.test("pdf: times are the venue's, and what is off says so", () => {
  const words = new Words("en-US");
  assert.equal(printedGame(game({}), words).time, "7:00 PM CST");
  assert.equal(printedGame(game({ time: null, starts_at: null }), words).time, "TBA");
  assert.equal(printedGame(game({ status: "postponed" }), words).remark, "Postponed");
  assert.equal(printedGame(game({ home_score: 70, away_score: 65 }), words).remark, "65–70");
  assert.equal(new Words("de").time(game({})), "19:00 GMT-6");
});

Deno.test("pdf: a sign that the fonts have not is seen as a box", () => {
  const face = { signs: new Set([..."abc "].map((sign) => sign.codePointAt(0)!)) } as unknown as Face;
  assert.equal(legible("a東b\n c", face), "a□b c");
});
