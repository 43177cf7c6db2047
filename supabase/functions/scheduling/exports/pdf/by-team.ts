import type { PrintedGame, Words } from "./season.ts";
import { accent, band, faint, ink, margin, type Sheet } from "./sheet.ts";

const row = 13;
const head = 26;
const gap = 22;
const section = "By team";

interface Fixture {
  game: PrintedGame;
  atHome: boolean;
}

/** A season team by team, in two columns; a team stays together where a column holds it. */
export function printByTeam(sheet: Sheet, games: readonly PrintedGame[], words: Words): void {
  // By code: two teams may have the same name.
  const teams = new Map<string, { name: string; fixtures: Fixture[] }>();
  const add = (code: string, name: string, fixture: Fixture) => {
    const team = teams.get(code) ?? { name, fixtures: [] };
    teams.set(code, team);
    team.fixtures.push(fixture);
  };
  for (const game of games) {
    add(game.homeCode, game.home, { game, atHome: true });
    add(game.awayCode, game.away, { game, atHome: false });
  }
  const columns = new Columns(sheet);
  for (const { name, fixtures } of [...teams.values()].sort((a, b) => a.name.localeCompare(b.name))) {
    columns.makeRoom(head + Math.min(fixtures.length, 40) * row + 14);
    printTeam(columns, name, fixtures, words);
  }
}

/** Two columns a page; the next one begins where this one's last line was. */
class Columns {
  readonly sheet: Sheet;
  readonly width: number;
  #column = 0;

  constructor(sheet: Sheet) {
    this.sheet = sheet;
    this.width = (sheet.width - 2 * margin - gap) / 2;
    sheet.newPage(section);
  }

  get left(): number {
    return margin + this.#column * (this.width + gap);
  }

  makeRoom(height: number): void {
    if (this.sheet.y - height >= this.sheet.bottom || this.sheet.y === this.sheet.top) return;
    this.next();
  }

  next(): void {
    this.#column = 1 - this.#column;
    if (this.#column === 0) this.sheet.newPage(section);
    else this.sheet.y = this.sheet.top;
  }
}

function printTeam(columns: Columns, team: string, fixtures: readonly Fixture[], words: Words): void {
  const { sheet } = columns;
  const played = fixtures.filter(({ game }) => !game.off);
  const home = played.filter(({ game, atHome }) => atHome && !game.neutral).length;
  const away = played.filter(({ game, atHome }) => !atHome && !game.neutral).length;
  const neutral = played.length - home - away;
  const counts = `${home} home, ${away} away${neutral ? `, ${neutral} neutral` : ""}`;
  printTitle(columns, team, counts);
  fixtures.forEach((fixture, index) => {
    if (sheet.y - row < sheet.bottom) {
      columns.next();
      printTitle(columns, `${team} (continued)`, "");
    }
    printFixture(columns, fixture, index % 2 === 1, words);
  });
  sheet.y -= 14;
}

function printTitle({ sheet, left, width }: Columns, team: string, counts: string): void {
  const room = sheet.widthOf(counts, 7.5, sheet.faces.plain);
  sheet.y -= head - 10;
  sheet.text(team, left, sheet.y, { size: 11, face: sheet.faces.bold, color: accent, width: width - room - 8 });
  sheet.text(counts, left + width, sheet.y, { size: 7.5, color: faint, align: "right" });
  sheet.line(left, sheet.y - 4, width, accent);
  sheet.y -= 6;
}

function printFixture({ sheet, left, width }: Columns, { game, atHome }: Fixture, shaded: boolean, words: Words): void {
  const color = game.off ? faint : ink;
  const size = 8;
  sheet.y -= row;
  if (shaded) sheet.box(left, sheet.y, width, row, band);
  const y = sheet.y + 4;
  const said = game.off ? game.remark : game.time;
  const room = Math.min(sheet.widthOf(sheet.cut(said, size, sheet.faces.plain), size, sheet.faces.plain), 84);
  const opponent = left + 84;
  sheet.text(words.shortDay(game.date), left + 3, y, { size, color, width: 62 });
  sheet.text(game.neutral ? "n" : atHome ? "vs" : "at", left + 68, y, { size, color: faint });
  sheet.text(atHome ? game.away : game.home, opponent, y, {
    size,
    color,
    face: atHome ? sheet.faces.bold : sheet.faces.plain,
    width: left + width - room - 10 - opponent,
  });
  sheet.text(said, left + width - 3, y, { size, color: game.off ? accent : faint, align: "right", width: 84 });
}
