/** Runs of the general search: sliced, saved and resumed, they end where they end in one go. */
import assert from "node:assert/strict";
import { compileLeague, type League } from "../../shared/optimizer/league.ts";
import { resumeRun, startRun } from "../../shared/optimizer/mod.ts";
import { penalty } from "../../shared/optimizer/engine/plain.ts";
import { stateOf } from "../../shared/optimizer/placements.ts";

const ids = ["A", "B", "C", "D", "E", "F", "G", "H"];

/** Eight teams, a double round robin, and constraints of several kinds. */
function league(phased = false): League {
  return {
    teams: ids.map((id) => ({ id, name: `Team ${id}` })),
    rounds: Array.from({ length: 14 }, (_, at) => ({ number: at + 1 })),
    matchups: ids.flatMap((home) => ids.filter((away) => away !== home).map((away) => ({ home, away, fixed: true }))),
    phased,
    distances: ids.map((_, a) => ids.map((_, b) => a === b ? 0 : 100 + 37 * ((a * 5 + b * 3) % 11))),
    constraints: [
      { id: "streak", type: "consecutive_games", params: { side: "away", maximum: 2 }, hard: true, weight: 1 },
      { id: "rematch", type: "rematch_separation", params: { minimum_rounds: 3 }, hard: true, weight: 1 },
      { id: "miles", type: "travel_distance", params: {}, hard: false, weight: 1 },
    ].filter(({ type }) => type !== "travel_distance" || !phased),
  };
}

for (const phased of [false, true]) {
  Deno.test(`a ${phased ? "phased " : ""}run is the same in one go, in slices, and saved between them`, () => {
    const options = { seed: 7, evaluations: 60_000 };
    const whole = startRun(league(phased), options);
    const end = whole.advance(Infinity);
    assert.equal(end.done, true);

    let run = startRun(league(phased), options);
    for (let k = 1; !run.advance(k * 700).done; k++) {
      const bytes = run.save();
      assert.ok(bytes.byteLength < 100_000, `${bytes.byteLength} bytes`);
      run = resumeRun(league(phased), bytes);
    }
    assert.deepEqual(run.best(), whole.best());
    assert.deepEqual(run.advance(0).best, end.best);
  });
}

Deno.test("the penalty that a run tells is that of the schedule it gives", () => {
  const run = startRun(league(), { seed: 3, evaluations: 40_000 });
  for (let slice = 0; slice < 8; slice++) {
    const { best } = run.advance(5_000);
    const compiled = compileLeague(league());
    const { state, clashes } = stateOf(compiled, run.best());
    const { hard, soft } = penalty(state);
    assert.equal(clashes.length, 0);
    assert.deepEqual(best, { hard: hard / compiled.scales.hard, soft: soft / compiled.scales.soft });
  }
});

Deno.test("a run goes on from a given schedule and is never worse than it", () => {
  const first = startRun(league(), { seed: 3, evaluations: 60_000 });
  const { best } = first.advance(Infinity);
  const second = startRun(league(), { seed: 4, evaluations: 20_000, from: first.best() }).advance(Infinity);
  assert.ok(second.best.hard < best.hard || second.best.hard === best.hard && second.best.soft <= best.soft);
});

Deno.test("a run takes over a better schedule that another one offers, and no worse one", () => {
  const good = startRun(league(), { seed: 3, evaluations: 60_000 });
  const { best } = good.advance(Infinity);
  for (const spent of [512, 20_000]) {
    const run = startRun(league(), { seed: 9, evaluations: 40_000 });
    const before = run.advance(spent).best;
    run.offer(good.best());
    const after = run.advance(0).best;
    const isBetter = best.hard < before.hard || best.hard === before.hard && best.soft < before.soft;
    assert.deepEqual(after, isBetter ? best : before);
    const end = run.advance(Infinity).best;
    assert.ok(end.hard < after.hard || end.hard === after.hard && end.soft <= after.soft);
  }
});
