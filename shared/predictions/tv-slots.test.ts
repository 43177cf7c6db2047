import { deepStrictEqual as equal, ok } from "node:assert/strict";
import { assign } from "./assignment.ts";
import { type Candidate, planTv, type Slot } from "./tv-slots.ts";

/** The best total by trying everything. */
function tryAll(values: readonly (readonly (number | undefined)[])[], row = 0, taken = new Set<number>()): number {
  if (row === values.length) return 0;
  let best = tryAll(values, row + 1, taken);
  values[row]!.forEach((value, column) => {
    if (value === undefined || taken.has(column)) return;
    taken.add(column);
    best = Math.max(best, value + tryAll(values, row + 1, taken));
    taken.delete(column);
  });
  return best;
}

/** The same numbers in every run. */
function* chance(seed: number): Generator<number, number> {
  for (let state = seed;;) yield (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648;
}

Deno.test("no assignment is worth more than the one found", () => {
  const draw = chance(7);
  for (let round = 0; round < 400; round++) {
    const next = () => draw.next().value;
    const [rows, columns] = [Math.floor(next() * 6), Math.floor(next() * 7)];
    const values = Array.from(
      { length: rows },
      () => Array.from({ length: columns }, () => next() < 0.3 ? undefined : Math.round(next() * 100) - 10),
    );
    const found = assign(values);
    const used = found.filter((column) => column >= 0);
    equal(new Set(used).size, used.length);
    equal(found.reduce((sum, column, row) => sum + (column < 0 ? 0 : values[row]![column]!), 0), tryAll(values));
  }
});

const slot = (window: string, value: number, minimumQuality = 0): Slot => ({
  window,
  day: "2026-09-05",
  value,
  minimumQuality,
});
const game = (name: string, quality: number, day = "2026-09-05"): Candidate => ({ game: name, day, quality });

Deno.test("the best games go to the windows that pay most, and weak ones nowhere a broadcaster refuses them", () => {
  const plan = planTv(
    [slot("prime", 1_000_000, 0.6), slot("noon", 400_000), slot("late", 100_000)],
    [game("rivals", 0.9), game("others", 0.5), game("elsewhere", 1, "2026-09-12")],
  );
  equal(plan.slots.map(({ slot, game }) => [slot.window, game]), [["prime", "rivals"], ["noon", "others"], [
    "late",
    null,
  ]]);
  equal(plan.total, 1_100_000);
});

Deno.test("a slot is worth what the whole loses without it, not what it brings", () => {
  const plan = planTv([slot("prime", 1000), slot("noon", 900)], [game("only", 1)]);
  equal(plan.slots.map(({ value, marginal }) => [value, marginal]), [[1000, 100], [0, 0]]);
  equal(plan.windows.map(({ window, marginal }) => [window, marginal]), [["prime", 100], ["noon", 0]]);
});

Deno.test("a game bound to a window goes there or nowhere", () => {
  const bound = { ...game("bound", 1), only: "noon" };
  const plan = planTv([slot("prime", 1000), slot("noon", 100)], [bound, game("free", 0.2)]);
  equal(plan.slots.map(({ game }) => game), ["free", "bound"]);
  const none = planTv([slot("prime", 1000)], [{ ...game("radio only", 1), only: null }]);
  equal(none.slots[0]!.game, null);
});

Deno.test("200 slots and 400 games of one day take below a second", () => {
  const draw = chance(3);
  const next = () => draw.next().value;
  const since = performance.now();
  assign(Array.from({ length: 200 }, () => Array.from({ length: 400 }, () => next() * 1000)));
  ok(performance.now() - since < 1000);
});
