import assert from "node:assert/strict";
import { BlockMoves, blocksOf } from "../../shared/optimizer/engine/blocks.ts";
import { construct } from "../../shared/optimizer/engine/construct.ts";
import { Evaluator } from "../../shared/optimizer/engine/evaluator.ts";
import { penalty } from "../../shared/optimizer/engine/plain.ts";
import { Random } from "../../shared/optimizer/engine/random.ts";
import { RelaxedMoves } from "../../shared/optimizer/engine/relaxed-moves.ts";
import type { State } from "../../shared/optimizer/engine/state.ts";
import { compileLeague, type League } from "../../shared/optimizer/league.ts";
import { placementsOf } from "../../shared/optimizer/placements.ts";
import { smallLeague } from "./small-league.ts";

/** A double round robin of six teams on days of one, two or three games. */
function dated(): League {
  const sizes = [3, 2, 1, 3, 1, 1, 1, 3, 3, 1, 2, 3, 2, 1, 3];
  const constraints = [{ type: "travel_distance", params: {}, hard: false, weight: 1 }];
  const league = smallLeague({ rounds: sizes.length, constraints });
  return { ...league, rounds: league.rounds.map((round, index) => ({ ...round, games: sizes[index]! })) };
}

const sizesOf = (state: State) => {
  const sizes = new Array(state.slots).fill(0);
  for (const { slot } of state.games()) sizes[slot]++;
  return sizes;
};

Deno.test("days fall into blocks on which everybody plays once", () => {
  const { problem } = compileLeague(dated());
  assert.deepEqual([...blocksOf(problem)!], [0, 1, 1, 2, 3, 3, 3, 4, 5, 6, 6, 7, 8, 8, 9]);
  assert.equal(blocksOf({ ...problem, slotGames: Int16Array.of(2, 2, 2) }), undefined);
  assert.equal(blocksOf({ ...problem, slotGames: undefined }), undefined);
});

Deno.test("a schedule is made with the sizes of the days, and moves between blocks keep them", () => {
  const league = dated();
  const compiled = compileLeague(league);
  const { problem } = compiled;
  const random = new Random(3);
  const state = construct(problem, random);
  assert.equal(penalty(state).hard, 0);
  const sizes = sizesOf(state);
  assert.deepEqual(sizes, league.rounds.map(({ games }) => games));
  const evaluator = new Evaluator(state);
  const moves = new BlockMoves(state, blocksOf(problem)!);
  let made = 0;
  for (let step = 0; step < 4000; step++) {
    if (!moves.draw(random)) {
      assert.equal(state.size, 0);
      continue;
    }
    made++;
    evaluator.evaluate();
    if (step % 4) evaluator.undo();
    else evaluator.keep();
    if (step % 40) continue;
    assert.deepEqual({ hard: evaluator.hard, soft: evaluator.soft }, penalty(state));
    assert.deepEqual(sizesOf(state), sizes);
    assert.equal(placementsOf(compiled, state).length, 30);
  }
  assert.ok(made > 1000);
});

Deno.test("a balanced exchange of two rounds keeps how many games they have", () => {
  const league = smallLeague({ rounds: 14 });
  const compiled = compileLeague(league);
  const random = new Random(4);
  const state = construct(compiled.problem, random);
  const sizes = sizesOf(state);
  const moves = new RelaxedMoves(state);
  let made = 0;
  for (let step = 0; step < 2000; step++) {
    const r = random.below(14);
    if (!moves.exchangeBalanced(random.below(6), r, (r + 1 + random.below(13)) % 14, random, 6)) continue;
    state.keep();
    made++;
    assert.deepEqual(sizesOf(state), sizes);
  }
  assert.ok(made > 100);
  assert.equal(placementsOf(compiled, state).length, 30);
});
