/** The incremental evaluator against the plain one, over random leagues, constraints and moves. */
import assert from "node:assert/strict";
import { anneal } from "../../shared/optimizer/engine/annealing.ts";
import { construct } from "../../shared/optimizer/engine/construct.ts";
import { Evaluator } from "../../shared/optimizer/engine/evaluator.ts";
import { Moves } from "../../shared/optimizer/engine/moves.ts";
import { deviation, penalty } from "../../shared/optimizer/engine/plain.ts";
import { Random } from "../../shared/optimizer/engine/random.ts";
import type { State } from "../../shared/optimizer/engine/state.ts";
import { compileTables } from "../../shared/optimizer/engine/tables.ts";
import { randomProblem } from "./random-problem.ts";

const shares = {
  swapHomes: 1,
  swapTeams: 1,
  swapRounds: 1,
  partialSwapTeams: 2,
  partialSwapTeamsPhased: 2,
  partialSwapRounds: 2,
};

/** Every pair meets as often as the league says, and the two cells of a game agree. */
function assertWhole(state: State): void {
  const { teams, problem } = state;
  const meetings = new Uint8Array(teams * teams), hosts = new Uint8Array(teams * teams);
  for (const { home, away, slot } of state.games()) {
    assert.equal(state.cells[away * state.slots + slot], home * 2);
    meetings[home * teams + away]!++;
    meetings[away * teams + home]!++;
    hosts[home * teams + away]!++;
  }
  assert.deepEqual(meetings, problem.meetings);
  hosts.forEach((count, pair) => assert.ok(count >= problem.leastHome[pair]!));
}

for (const kind of ["double", "phased", "single", "partial"] as const) {
  Deno.test(`the incremental penalty of a ${kind} round robin is that of a full recomputation`, () => {
    for (let seed = 1; seed <= 6; seed++) {
      const random = new Random(seed);
      const problem = randomProblem(kind, random);
      const state = construct(problem, random);
      assertWhole(state);
      const evaluator = new Evaluator(state);
      const moves = new Moves(state, evaluator.slotOfGame, shares, { slots: 2 * problem.slots, teams: problem.teams });
      const kinds = new Set<number>();
      for (let step = 0; step < 1500; step++) {
        if (!moves.draw(random)) {
          assert.equal(state.size, 0);
          continue;
        }
        kinds.add(moves.kind);
        const before = evaluator.total, cells = state.cells.slice();
        const delta = random.unit() < 0.3 ? evaluator.evaluate(random.below(200), 10) : evaluator.evaluate();
        if (delta < Infinity && random.unit() < 0.5) {
          evaluator.keep();
          if (step % 10 === 0) {
            assertWhole(state);
            assert.deepEqual({ hard: evaluator.hard, soft: evaluator.soft }, penalty(state));
          }
          assert.equal(evaluator.total, before + delta);
        } else {
          const written = state.touched.slice(0, state.size), old = state.before.slice(0, state.size);
          evaluator.undo();
          assert.equal(evaluator.total, before);
          written.forEach((cell, k) => assert.equal(state.cells[cell], old[k]));
          cells.forEach((code, cell) => written.includes(cell) || assert.equal(state.cells[cell], code));
        }
      }
      assert.deepEqual({ hard: evaluator.hard, soft: evaluator.soft }, penalty(state));
      assert.ok(kinds.size >= 3, `kinds of moves: ${[...kinds]}`);
    }
  });
}

Deno.test("a move is given up only where it costs more than is allowed, and leaves nothing behind", () => {
  let givenUp = 0;
  for (let seed = 1; seed <= 12; seed++) {
    const random = new Random(seed);
    const whole = randomProblem(seed % 2 ? "double" : "phased", random, 8), state = construct(whole, random);
    // As among feasible schedules: what is kept costs nothing, so that any cost at all is too much.
    const problem = { ...whole, terms: whole.terms.filter((term) => deviation(state, term) === 0) };
    const limited = new Evaluator(state, compileTables(problem)), full = new Evaluator(state, compileTables(problem));
    const moves = new Moves(state, limited.slotOfGame, shares, { slots: 6, teams: 6 });
    for (let step = 0; step < 2000; step++) {
      if (!moves.draw(random)) continue;
      const cost = full.evaluate(), delta = limited.evaluate(0, 10);
      if (delta === Infinity) givenUp++;
      assert.ok(cost > 0 ? delta > 0 : delta === cost);
      if (cost > 0) full.revert();
      else full.settle();
      if (cost > 0) limited.undo();
      else limited.keep();
    }
    assert.deepEqual({ hard: limited.hard, soft: limited.soft }, penalty(state, problem.terms));
  }
  assert.ok(givenUp > 1000, `given up: ${givenUp}`);
});

Deno.test("after every 100,000 moves of a search the penalty is still that of a full recomputation", () => {
  for (const kind of ["double", "phased"] as const) {
    const random = new Random(11), problem = randomProblem(kind, random, 16), state = construct(problem, random);
    const evaluator = new Evaluator(state);
    const moves = new Moves(state, evaluator.slotOfGame, shares, { slots: 5, teams: 10 });
    const best = { total: Infinity, cells: state.cells.slice() };
    for (let round = 0; round < 2; round++) {
      anneal(evaluator, moves, random, 100_000, { temperature: 40 / 4 ** round, hardWeight: 30 }, best);
      assert.deepEqual({ hard: evaluator.hard, soft: evaluator.soft }, penalty(state));
      assertWhole(state);
    }
  }
});
