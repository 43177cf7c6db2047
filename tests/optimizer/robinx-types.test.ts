/** The constraint types of ITC 2021: what the engine makes of them is what their definitions say. */
import assert from "node:assert/strict";
import { itc2021 } from "../../shared/optimizer/constraints/itc2021.ts";
import { construct } from "../../shared/optimizer/engine/construct.ts";
import { Evaluator } from "../../shared/optimizer/engine/evaluator.ts";
import { Moves } from "../../shared/optimizer/engine/moves.ts";
import { hardOf, softOf } from "../../shared/optimizer/engine/packed.ts";
import { deviation } from "../../shared/optimizer/engine/plain.ts";
import { Random } from "../../shared/optimizer/engine/random.ts";
import { compileLeague, type League } from "../../shared/optimizer/league.ts";
import { placementsOf } from "../../shared/optimizer/placements.ts";
import { plainDeviation } from "./robinx-plain.ts";

const ids = ["A", "B", "C", "D", "E", "F", "G", "H"];
const last = 2 * (ids.length - 1);

function randomParams(type: string, random: Random) {
  const some = <T>(list: readonly T[], share: number): T[] => {
    const chosen = list.filter(() => random.unit() < share);
    return chosen.length ? chosen : [list[random.below(list.length)]!];
  };
  const one = <T>(...list: T[]): T => list[random.below(list.length)]!;
  const rounds = some(Array.from({ length: last }, (_, at) => at + 1), 0.4);
  const teams = some(ids, 0.5), teams1 = some(ids, 0.3), teams2 = some(ids.filter((id) => id !== teams1[0]), 0.5);
  const mode = one("H", "A", "HA"), min = random.below(2), max = min + random.below(3);
  switch (type) {
    case "CA1":
      return { teams, rounds, mode, min, max };
    case "CA2":
    case "CA4":
      return { teams1, teams2, rounds, mode1: mode, mode2: one("GLOBAL", "EVERY"), min, max };
    case "CA3":
      return { teams1, teams2, mode1: mode, mode2: "SLOTS", intp: 2 + random.below(8), min, max: max + 1 };
    case "GA1":
      return { meetings: [["A", "B"], ["C", "A"], [ids[2 + random.below(6)]!, "B"]], rounds, min, max };
    case "BR1":
      return { teams, rounds, mode1: one("LEQ", "EQ"), mode2: mode, intp: random.below(3) };
    case "BR2":
      return { teams, rounds, homeMode: mode, mode2: one("LEQ", "EQ"), intp: random.below(9) };
    case "FA2":
      return { teams, rounds, mode, intp: random.below(3) };
    default:
      return { teams, min: random.below(9) };
  }
}

function leagueOf(random: Random): League {
  const constraints = Array.from({ length: 5 }, () => itc2021).flat().map(({ type }, at) => ({
    id: `${type}-${at}`,
    type,
    params: randomParams(type, random),
    hard: random.unit() < 0.5,
    weight: 1 + random.below(10),
  }));
  return {
    teams: ids.map((id) => ({ id, name: id })),
    rounds: Array.from({ length: last }, (_, at) => ({ number: at + 1 })),
    matchups: ids.flatMap((home) => ids.filter((away) => away !== home).map((away) => ({ home, away, fixed: true }))),
    constraints,
  };
}

const shares = {
  swapHomes: 2,
  swapTeams: 1,
  swapRounds: 1,
  partialSwapTeams: 2,
  partialSwapTeamsPhased: 2,
  partialSwapRounds: 2,
};

Deno.test("each type of ITC 2021 costs what its definition says, on random schedules", () => {
  for (let seed = 1; seed <= 4; seed++) {
    const random = new Random(seed), league = leagueOf(random), compiled = compileLeague(league);
    const state = construct(compiled.problem, random), evaluator = new Evaluator(state);
    const moves = new Moves(state, evaluator.slotOfGame, shares, { slots: 20, teams: 8 });
    for (let sample = 0; sample < 12; sample++) {
      for (let k = 0; k < 60; k++) {
        if (!moves.draw(random)) continue;
        evaluator.evaluate();
        evaluator.keep();
      }
      const games = placementsOf(compiled, state);
      let hard = 0, soft = 0;
      league.constraints.forEach((constraint, index) => {
        const expected = plainDeviation(constraint.type, constraint.params, games, last);
        const terms = compiled.problem.terms.filter((term) => term.constraint === index);
        const found = terms.reduce((sum, term) => sum + deviation(state, term), 0);
        assert.equal(found, expected, `${constraint.type} ${JSON.stringify(constraint.params)}`);
        if (constraint.hard) hard += constraint.weight * expected;
        else soft += constraint.weight * expected;
      });
      assert.deepEqual([hardOf(evaluator.total), softOf(evaluator.total)], [hard, soft]);
    }
  }
});

Deno.test("a violation of each type is told in a sentence that names who is concerned", () => {
  const random = new Random(5), league = leagueOf(random), compiled = compileLeague(league);
  const state = construct(compiled.problem, random);
  for (const definition of itc2021) {
    const told = league.constraints.flatMap((constraint, index) => {
      if (constraint.type !== definition.type) return [];
      const violations = compiled.problem.terms.filter((term) => term.constraint === index)
        .map((term) => ({ term, deviation: deviation(state, term) })).filter((violation) => violation.deviation > 0);
      return definition.explain(constraint.params, compiled.season, state, violations);
    });
    for (const sentence of told) assert.match(sentence, /\b[A-H]\b|There are \d+ breaks/);
  }
});
