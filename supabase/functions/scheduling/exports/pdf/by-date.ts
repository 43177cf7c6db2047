import type { PrintedGame, Words } from "./season.ts";
import { accent, band, faint, ink, margin, type Sheet } from "./sheet.ts";

const row = 15;
const head = 28;

/** A season day by day: when, who, where. */
export function printByDate(sheet: Sheet, title: string, games: readonly PrintedGame[], words: Words): void {
  const section = "By date";
  sheet.newPage(section);
  printCover(sheet, title, games, words);
  for (const [date, day] of Map.groupBy(games, ({ date }) => date)) {
    if (sheet.y - head - 2 * row < sheet.bottom) sheet.newPage(section);
    printDay(sheet, words.day(date), day);
    day.forEach((game, index) => {
      if (sheet.y - row < sheet.bottom) {
        sheet.newPage(section);
        printDay(sheet, `${words.day(date)} (continued)`, day);
      }
      printGame(sheet, game, index % 2 === 1);
    });
    sheet.y -= 10;
  }
}

function printCover(sheet: Sheet, title: string, games: readonly PrintedGame[], words: Words): void {
  const width = sheet.width - 2 * margin;
  sheet.y -= 22;
  sheet.text(title, margin, sheet.y, { size: 21, face: sheet.faces.bold, color: accent, width });
  const teams = new Set(games.flatMap(({ homeCode, awayCode }) => [homeCode, awayCode])).size;
  const [first, last] = [games[0], games.at(-1)];
  const days = first && last ? `${words.day(first.date)} – ${words.day(last.date)}` : "No games yet";
  sheet.y -= 17;
  sheet.text(`${days}   ·   ${teams} teams, ${games.length} games`, margin, sheet.y, {
    size: 9.5,
    color: faint,
    width,
  });
  sheet.y -= 12;
}

function printDay(sheet: Sheet, title: string, games: readonly PrintedGame[]): void {
  const { bold, plain } = sheet.faces;
  const right = sheet.width - margin;
  const rounds = new Set(games.map(({ round }) => round));
  const [round] = rounds;
  sheet.y -= head - 12;
  sheet.text(title, margin, sheet.y, { size: 11.5, face: bold, color: accent, width: right - margin - 80 });
  if (rounds.size === 1 && round) {
    sheet.text(`Round ${round}`, right, sheet.y, { size: 9, face: plain, color: faint, align: "right" });
  }
  sheet.line(margin, sheet.y - 5, right - margin, accent);
  sheet.y -= 8;
}

function printGame(sheet: Sheet, game: PrintedGame, shaded: boolean): void {
  const { bold, plain } = sheet.faces;
  const whole = sheet.width - 2 * margin;
  const [time, teams, venue, remark] = [0, 0.155, 0.6, 0.87].map((share) => margin + share * whole) as [
    number,
    number,
    number,
    number,
  ];
  sheet.y -= row;
  if (shaded) sheet.box(margin, sheet.y, whole, row, band);
  const y = sheet.y + 4.5;
  const color = game.off ? faint : ink;
  sheet.text(game.time, time + 3, y, { color, width: teams - time - 8 });
  // Both sides have half of the room, and what one leaves the other may take.
  const word = game.neutral ? "vs" : "at";
  const room = venue - teams - 8 - sheet.widthOf(` ${word} `, 9, plain);
  const [away, home] = [game.away, game.home].map((name) => sheet.widthOf(sheet.cut(name, 9, bold), 9, bold)) as [
    number,
    number,
  ];
  const awayRoom = Math.max(room / 2, room - home);
  sheet.text(game.away, teams, y, { face: bold, color, width: awayRoom });
  let x = teams + Math.min(away, sheet.widthOf(sheet.cut(game.away, 9, bold, awayRoom), 9, bold));
  sheet.text(` ${word} `, x, y, { color: faint });
  x += sheet.widthOf(` ${word} `, 9, plain);
  sheet.text(game.home, x, y, { face: bold, color, width: venue - 8 - x });
  sheet.text(game.venue, venue, y, { color, width: remark - venue - 8 });
  sheet.text(game.remark, remark, y, { color: game.off ? accent : faint, width: margin + whole - remark - 3 });
}
