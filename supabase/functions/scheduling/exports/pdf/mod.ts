import fontkit from "@pdf-lib/fontkit";
import { PDFDocument } from "pdf-lib";
import type { Cells } from "../../columns.ts";
import { printByDate } from "./by-date.ts";
import { printByTeam } from "./by-team.ts";
import { printedGame, Words } from "./season.ts";
import { type Face, legible, type Paper, Sheet } from "./sheet.ts";

export interface Printing {
  title: string;
  paper: Paper;
  /** Of days and times, as in `en-US`. */
  locale: string;
}

/** A season as it is printed: by date, then by team. */
export async function pdfOf(rows: readonly Cells[], { title, paper, locale }: Printing): Promise<Uint8Array> {
  const document = await PDFDocument.create();
  document.registerFontkit(fontkit);
  const [plain, bold] = await Promise.all([
    faceOf(document, "DejaVuSansCondensed.ttf"),
    faceOf(document, "DejaVuSansCondensed-Bold.ttf"),
  ]);
  document.setTitle(title);
  document.setCreator("Almanac");
  const words = new Words(locale);
  const inOrder = rows.toSorted((a, b) => compare(a.date, b.date) || compare(a.starts_at ?? "z", b.starts_at ?? "z"));
  const games = inOrder.map((row) => printedGame(row, words)).map((game) => ({
    ...game,
    home: nameFor(game.home, game.homeCode, plain),
    away: nameFor(game.away, game.awayCode, plain),
  }));
  const sheet = new Sheet(document, { plain, bold }, paper);
  printByDate(sheet, title, games, words);
  printByTeam(sheet, games, words);
  sheet.finish(title, "Times are those at the venue. vs: at home, at: away, n: at a neutral site.");
  return await document.save();
}

const compare = (a: unknown, b: unknown) => String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0;

async function faceOf(document: PDFDocument, file: string): Promise<Face> {
  const font = await document.embedFont(await Deno.readFile(new URL(`./fonts/${file}`, import.meta.url)), {
    subset: true,
  });
  return { font, signs: new Set(font.getCharacterSet().filter((sign) => settable.test(String.fromCodePoint(sign)))) };
}

/** Scripts whose letters stand one after the other: those that join or stack need what fontkit cannot do here. */
const settable =
  /[\p{sc=Latin}\p{sc=Greek}\p{sc=Cyrillic}\p{sc=Armenian}\p{sc=Georgian}\p{sc=Hebrew}\p{sc=Common}\p{sc=Inherited}]/u;

/** A name that the fonts cannot show goes by its code, where they can show that. */
const nameFor = (name: string, code: string, face: Face): string =>
  legible(name, face).includes("□") && !legible(code, face).includes("□") ? code : name;
