import { deepStrictEqual as equal, ok } from "node:assert/strict";
import { isEnough, judgeRisk, learnRisk, type PastGame, riskOf } from "./conflict-risk.ts";

/** 240 games: one in ten is disturbed, at the open-air venue one in four. */
const games: PastGame[] = Array.from({ length: 240 }, (_, place) => {
  const venue = place % 3 === 0 ? "open air" : "hall";
  const month = String(place % 12 + 1).padStart(2, "0");
  const disturbed = venue === "open air" ? (place / 3) % 4 === 0 : place % 40 === 1;
  return { day: `20${20 + Math.floor(place / 60)}-${month}-15`, venue, disturbed };
});

Deno.test("games are at more risk where more of them were disturbed", () => {
  const model = learnRisk(games);
  const at = (venue: string) => riskOf(model, { day: "2026-06-15", venue });
  ok(at("open air").probability > 2 * at("hall").probability);
  equal(at("open air").factors[0], {
    factor: "venue",
    value: "open air",
    games: 80,
    disturbed: 20,
    odds_ratio: at("open air").factors[0]!.odds_ratio,
  });
});

Deno.test("a venue that was never played at has the risk of the others", () => {
  const factor = riskOf(learnRisk(games), { day: "2026-06-15", venue: "new" }).factors.find(({ factor }) =>
    factor === "venue"
  )!;
  equal([factor.games, factor.odds_ratio], [0, 1]);
});

Deno.test("few games, or few that were disturbed, are not enough for a probability", () => {
  equal(isEnough(learnRisk(games.slice(0, 40))), false);
  equal(isEnough(learnRisk(games.map((game) => ({ ...game, disturbed: false })))), false);
  equal(isEnough(learnRisk(games)), true);
});

Deno.test("it is judged on the latest games, against the plain rate", () => {
  const judged = judgeRisk(games)!;
  equal(judged.games, 60);
  ok(judged.brier < judged.brier_of_rate);
});
