import assert from "node:assert/strict";
import { analyze, checkEdit, clashesOf, type Edit, suggest } from "../../shared/optimizer/analysis/mod.ts";
import { construct } from "../../shared/optimizer/engine/construct.ts";
import { Random } from "../../shared/optimizer/engine/random.ts";
import { compileLeague, type League, type Placement } from "../../shared/optimizer/league.ts";
import { placementsOf } from "../../shared/optimizer/placements.ts";
import { smallLeague } from "./small-league.ts";

const constraints = [
  { id: "streak", type: "consecutive_games", params: { side: "away", maximum: 1 }, hard: true, weight: 1 },
  { id: "open", type: "blackout", params: { teams: ["A"], when: { rounds: [1] } }, hard: true, weight: 5 },
  { id: "rest", type: "rest_days", params: { minimum: 5 }, hard: false, weight: 0.5 },
  { id: "miles", type: "travel_distance", params: {}, hard: false, weight: 0.1 },
  {
    id: "fair",
    type: "home_games",
    params: { side: "home", minimum: 2, maximum: 2, first_games: 4 },
    hard: false,
    weight: 3,
  },
];
const league: League = smallLeague({ rounds: 13, constraints });

function scheduleOf(seed: number): Placement[] {
  const compiled = compileLeague(league);
  return placementsOf(compiled, construct(compiled.problem, new Random(seed)));
}

const deviations = (placements: Placement[]) =>
  Object.fromEntries(
    analyze(league, placements).constraints.map(({ constraint, deviation }) => [constraint, deviation]),
  );

Deno.test("an analysis adds up", () => {
  const placements = scheduleOf(1);
  const analysis = analyze(league, placements);
  assert.equal(analysis.complete, true);
  assert.ok(
    analysis.teams.every(({ games, home, away, byes }) => games === 10 && home === 5 && away === 5 && byes === 3),
  );
  for (const { deviation, violations, satisfied } of analysis.constraints) {
    assert.equal(violations.reduce((sum, one) => sum + one.deviation, 0), deviation);
    assert.equal(satisfied, deviation === 0);
  }
  const penalty = (hard: boolean) =>
    analysis.constraints.filter((one) => one.hard === hard).reduce((sum, one) => sum + one.weight * one.deviation, 0);
  assert.deepEqual([analysis.hard, analysis.soft], [penalty(true), penalty(false)]);
  assert.ok(Math.abs(analysis.breakdown.reduce((sum, { share }) => sum + share, 0) - 1) < 1e-9);
  assert.ok(analysis.score > 0 && analysis.score <= 0.5 / 2, "hard constraints are broken, so the score is capped");
});

Deno.test("a game left out is told, and lowers the score", () => {
  const soft = { ...league, constraints: league.constraints.filter(({ hard }) => !hard) };
  const placements = scheduleOf(2);
  const whole = analyze(soft, placements);
  const part = analyze(soft, placements.slice(1));
  assert.deepEqual(part.unplaced, [placements[0]!.matchup]);
  assert.equal(part.complete, false);
  assert.ok(part.score < whole.score);
});

Deno.test("what an edit changes is the difference of two analyses", () => {
  const placements = scheduleOf(3);
  const random = new Random(5);
  let possible = 0;
  for (let step = 0; step < 200; step++) {
    const [one, other] = [random.below(placements.length), random.below(placements.length)];
    const edits: Edit[] = [
      { kind: "move", matchup: placements[one]!.matchup, round: 1 + random.below(13) },
      { kind: "swap_home", matchup: placements[one]!.matchup },
      {
        kind: "swap",
        matchups: [placements[one]!.matchup, placements[(one + 1 + other) % placements.length]!.matchup],
      },
    ];
    const edit = edits[step % 3]!;
    if (edit.kind === "swap" && edit.matchups[0] === edit.matchups[1]) continue;
    const check = checkEdit(league, placements, edit);
    if (!check.possible) {
      assert.equal(check.reason, "team_busy");
      assert.ok(check.inTheWay.length > 0);
      continue;
    }
    possible++;
    const after = placements.map((placement) => {
      if (edit.kind === "move" && placement.matchup === edit.matchup) return { ...placement, round: edit.round };
      if (edit.kind === "swap_home" && placement.matchup === edit.matchup) {
        return { ...placement, home: placement.away, away: placement.home };
      }
      if (edit.kind !== "swap" || !edit.matchups.includes(placement.matchup)) return placement;
      const twin = edit.matchups[edit.matchups[0] === placement.matchup ? 1 : 0];
      return { ...placement, round: placements.find(({ matchup }) => matchup === twin)!.round };
    });
    const [before, now] = [deviations(placements), deviations(after)];
    const changed = Object.keys(before).filter((id) => before[id] !== now[id]).sort();
    assert.deepEqual(check.constraints.map(({ constraint }) => constraint).sort(), changed);
    for (const change of check.constraints) {
      assert.deepEqual([change.before, change.after], [before[change.constraint], now[change.constraint]]);
    }
  }
  assert.ok(possible > 50);
});

Deno.test("a pair that meets twice in a half of a phased league clashes, and an edit says so before it is made", () => {
  const phased = { ...smallLeague({ teams: 4, rounds: 6 }), phased: true };
  const games = (rounds: readonly string[]) =>
    rounds.flatMap((pairs, at) =>
      pairs.split(" ").map((pair) => {
        const [home, away] = pair.split("-") as [string, string];
        const matchup = phased.matchups.findIndex((one) => one.home === home && one.away === away);
        return { matchup, home, away, round: at + 1 };
      })
    );
  const kept = games(["A-B C-D", "A-C B-D", "A-D B-C", "B-A D-C", "C-A D-B", "D-A C-B"]);
  assert.deepEqual(analyze(phased, kept).clashes, []);
  const broken = analyze(phased, games(["A-B C-D", "B-A D-C", "A-D B-C", "A-C B-D", "C-A D-B", "D-A C-B"]));
  assert.deepEqual(broken.clashes.map(({ kind, explanation, rounds }) => [kind, explanation, rounds]), [
    ["phase", "Ash and Birch meet twice in the first half", [1, 2]],
    ["phase", "Cedar and Dogwood meet twice in the first half", [1, 2]],
    ["phase", "Ash and Cedar meet twice in the second half", [4, 5]],
    ["phase", "Birch and Dogwood meet twice in the second half", [4, 5]],
  ]);
  assert.equal(broken.complete, false);

  const longer = { ...phased, rounds: smallLeague({ teams: 4, rounds: 8 }).rounds };
  const spread = kept.map((game) => ({ ...game, round: game.round > 3 ? game.round + 1 : game.round }));
  const { matchup } = spread.find(({ home, round }) => home === "A" && round === 1)!;
  const clashesOfMoveTo = (round: number) =>
    checkEdit(longer, spread, { kind: "move", matchup, round }).clashes.map(({ explanation }) => explanation);
  assert.deepEqual(clashesOfMoveTo(8), ["Ash and Birch meet twice in the second half"]);
  assert.deepEqual(clashesOfMoveTo(4), []);
});

Deno.test("sides that are fixed are not exchanged", () => {
  const placements = scheduleOf(3);
  const { matchup } = placements[0]!;
  const matchups = league.matchups.map((one, index) => index === matchup ? { ...one, fixed: true } : one);
  const { possible, reason } = checkEdit({ ...league, matchups }, placements, { kind: "swap_home", matchup });
  assert.deepEqual({ possible, reason }, { possible: false, reason: "sides_fixed" });
});

Deno.test("suggestions mend what is asked, and say truly what they change", () => {
  const placements = scheduleOf(4);
  const target = analyze(league, placements).constraints.find(({ constraint }) => constraint === "streak")!;
  assert.ok(target.deviation > 0);
  const suggestions = suggest(league, placements, { constraint: "streak" });
  assert.ok(suggestions.length > 0);
  for (const { changes, constraints, hard } of suggestions) {
    const after = placements.map((placement) => {
      const change = changes.find(({ matchup }) => matchup === placement.matchup);
      return change ? { ...placement, round: change.to, home: change.home, away: change.away } : placement;
    });
    const [before, now] = [analyze(league, placements), analyze(league, after)];
    assert.equal(now.complete, true);
    assert.ok(Math.abs(now.hard - before.hard - hard) < 1e-9);
    assert.ok(constraints.some(({ constraint, after, before }) => constraint === "streak" && after < before));
  }
  assert.deepEqual(suggest(league, placements, { constraint: "streak" }), suggestions, "the same each time");
});

Deno.test("a postponed game leaves its round, and what was played stays", () => {
  const placements = scheduleOf(5);
  const game = placements.find(({ round }) => round === 6)!;
  const suggestions = suggest(league, placements, {
    matchup: game.matchup,
    notInRounds: [7],
    playedThrough: 5,
    limit: 3,
  });
  assert.ok(suggestions.length > 0 && suggestions.length <= 3);
  for (const { changes, explanation } of suggestions) {
    assert.ok(changes.every(({ from, to }) => from > 5 && to > 5));
    const change = changes.find(({ matchup }) => matchup === game.matchup);
    assert.ok(change && ![6, 7].includes(change.to), explanation);
  }
});

Deno.test("clashes: a team or a venue twice on a day, what is no matchup", () => {
  const [one, other] = [league.matchups[0]!, league.matchups[2]!];
  const at = (matchup: number, round: number, startsAt?: string) => ({
    ...league.matchups[matchup]!,
    matchup,
    round,
    startsAt,
  });
  assert.deepEqual(clashesOf(league, [at(0, 1), at(2, 2)]), []);
  assert.equal(one.home === other.home || one.away === other.home, true);
  assert.deepEqual(clashesOf(league, [at(0, 1), at(2, 1)]).map(({ kind }) => kind), ["team_twice"]);
  const ashHosts = league.matchups.findIndex(({ home, away }) => home === "A" && away === "C");
  const birchHosts = league.matchups.findIndex(({ home, away }) => home === "B" && away === "D");
  assert.deepEqual(clashesOf(league, [at(ashHosts, 1), at(birchHosts, 1)]), [], "when they start is not known");
  const together = [at(ashHosts, 1, "2028-01-01T19:00:00Z"), at(birchHosts, 1, "2028-01-01T14:00:00-06:00")];
  assert.deepEqual(clashesOf(league, together).map(({ kind }) => kind), ["venue_twice"]);
  const apart = [at(ashHosts, 1, "2028-01-01T12:00:00Z"), at(birchHosts, 1, "2028-01-01T20:00:00Z")];
  assert.deepEqual(clashesOf(league, apart), []);
  const wrong = [{ ...at(0, 1), home: "E", away: "F" }, at(0, 3)];
  assert.deepEqual(clashesOf(league, wrong).map(({ kind }) => kind), ["wrong_pairing", "matchup_twice"]);
});
