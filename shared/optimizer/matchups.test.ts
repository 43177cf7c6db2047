import assert from "node:assert/strict";
import { type Format, matchupsOf, roundsNeeded } from "./matchups.ts";

const teams = (count: number, divisions = 1) =>
  Array.from({ length: count }, (_, index) => ({ id: `T${index}`, division: `D${index % divisions}` }));

function tally(count: number, format: Format, divisions = 1) {
  const list = teams(count, divisions);
  const games = matchupsOf(list, format);
  const home = new Map(list.map(({ id }) => [id, 0]));
  const away = new Map(list.map(({ id }) => [id, 0]));
  const pairs = new Map<string, number>();
  for (const game of games) {
    home.set(game.home, home.get(game.home)! + 1);
    away.set(game.away, away.get(game.away)! + 1);
    const pair = [game.home, game.away].sort().join(" ");
    pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
  }
  const balance = list.map(({ id }) => Math.abs(home.get(id)! - away.get(id)!));
  return { games, pairs, played: list.map(({ id }) => home.get(id)! + away.get(id)!), worst: Math.max(...balance) };
}

Deno.test("single and double round robins", () => {
  for (const count of [2, 5, 8, 11]) {
    const single = tally(count, { kind: "single" });
    assert.equal(single.games.length, count * (count - 1) / 2);
    assert.equal(single.worst, count % 2 ? 0 : 1);
    const double = tally(count, { kind: "double" });
    assert.ok([...double.pairs.values()].every((met) => met === 2));
    assert.equal(double.worst, 0);
  }
});

Deno.test("18 games of 16 teams: three opponents twice, the given ones among them, nine games at home", () => {
  const twice = [["T0", "T1"], ["T2", "T9"], ["T0", "T5"]] as const;
  const { pairs, played, worst } = tally(16, { kind: "partial", games: 18, twice });
  assert.deepEqual(new Set(played), new Set([18]));
  assert.equal(worst, 0);
  assert.equal([...pairs.values()].filter((met) => met === 2).length, 24);
  for (const pair of twice) assert.equal(pairs.get([...pair].sort().join(" ")), 2);
});

Deno.test("fewer games than opponents", () => {
  const { pairs, played, worst } = tally(16, { kind: "partial", games: 9 });
  assert.deepEqual(new Set(played), new Set([9]));
  assert.ok([...pairs.values()].every((met) => met === 1));
  assert.equal(worst, 1);
});

Deno.test("divisions: twice within, some across", () => {
  const { pairs, played } = tally(12, { kind: "divisions", within: 2, across: 3 }, 3);
  assert.deepEqual(new Set(played), new Set([2 * 3 + 3]));
  for (const [pair, met] of pairs) {
    const [one, other] = pair.split(" ").map((id) => Number(id.slice(1)) % 3);
    assert.equal(met, one === other ? 2 : 1);
  }
});

Deno.test("an odd number of teams needs a round more, odd totals are refused", () => {
  assert.equal(roundsNeeded(teams(7), { kind: "single" }), 7);
  assert.equal(roundsNeeded(teams(8), { kind: "double" }), 14);
  assert.throws(() => matchupsOf(teams(5), { kind: "partial", games: 3 }), /must be even/);
});
