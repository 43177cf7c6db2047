import assert from "node:assert/strict";
import { Problem } from "../../../../shared/http/problem.ts";
import { refuseTooMany } from "./tv-slots.ts";

const slots = (days: number, of: number) =>
  Array.from({ length: days * of }, (_, n) => ({
    ...{ window: `w${n % of}`, day: `d${Math.floor(n / of)}`, value: 1, minimumQuality: 0 },
  }));
const games = (days: number, of: number) =>
  Array.from({ length: days * of }, (_, n) => ({ game: `g${n}`, day: `d${Math.floor(n / of)}`, quality: 1 }));

Deno.test("a season of broadcasts is weighed, a thousand windows on one day are not", () => {
  refuseTooMany(slots(120, 12), games(120, 60));
  assert.throws(() => refuseTooMany(slots(1, 1000), games(1, 10)), Problem);
  assert.throws(() => refuseTooMany(slots(50, 100), games(50, 100)), Problem);
});
