import { describe, it } from "node:test";
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { readInstance } from "../../scripts/optimizer/robinx/read.ts";
import { validate } from "../../scripts/optimizer/validator/validate.ts";
import { Random } from "../../shared/optimizer/engine/random.ts";
import { resumeRun, startRun } from "../../shared/optimizer/mod.ts";
import { Beam } from "../../shared/optimizer/travel/beam.ts";
import { impossible } from "../../shared/optimizer/travel/bounds.ts";
import { SeasonBounds } from "../../shared/optimizer/travel/season-bounds.ts";
import { TripBounds } from "../../shared/optimizer/travel/trip-bounds.ts";
import { canonical } from "../../shared/optimizer/travel/canonical.ts";
import { Moves } from "../../shared/optimizer/travel/moves.ts";
import { tournamentOf } from "../../shared/optimizer/travel/recognize.ts";
import { atHome, homes, hosted, left, run, unplayed, visited } from "../../shared/optimizer/travel/standing.ts";
import { Timetable } from "../../shared/optimizer/travel/timetable.ts";
import { instanceText, travelling } from "./instances.ts";

const ring = (teams: number, constraints = travelling) =>
  readInstance(instanceText({ teams, objective: "TR", constraints })).league;

/** Every team meets every other once at home and once away, and the cells of both sides agree. */
function assertRoundRobin(codes: Int16Array, teams: number) {
  const rounds = 2 * (teams - 1);
  for (let team = 0; team < teams; team++) {
    const row = codes.subarray(team * rounds, (team + 1) * rounds);
    strictEqual(new Set(row).size, rounds);
    row.forEach((code, round) => strictEqual(codes[(code >> 1) * rounds + round], team * 2 + 1 - (code & 1)));
  }
}

/** The second half repeats the first with venues exchanged. */
function assertMirrored(codes: Int16Array, rounds: number) {
  codes.forEach((code, at) => {
    if (at % rounds < rounds / 2) strictEqual(codes[at + rounds / 2], code ^ 1);
  });
}

describe("the travelling search", () => {
  it("is taken for travelling tournaments only", () => {
    ok(tournamentOf(ring(6)));
    strictEqual(tournamentOf(ring(6))!.problem.mostAway, 3);
    strictEqual(tournamentOf(ring(6, ""))!.problem.repeats, true);
    strictEqual(tournamentOf({ ...ring(6), phased: true }), undefined);
    const more = '<CapacityConstraints><CA1 max="0" mode="H" slots="1" teams="2" type="HARD"/></CapacityConstraints>';
    strictEqual(tournamentOf(ring(6, more)), undefined);
    strictEqual(tournamentOf({ ...ring(6), matchups: ring(6).matchups.slice(1) }), undefined);
  });

  it("keeps count of distance and violations through moves made, given up and taken back", () => {
    for (const [teams, mirrored] of [[4, false], [6, true], [8, false], [12, false], [12, true]] as const) {
      const { problem } = tournamentOf(ring(teams))!;
      const table = new Timetable(problem), moves = new Moves(table, mirrored), random = new Random(teams);
      table.load(canonical(teams));
      const sum = table.total(), codes = new Int16Array(teams * table.rounds);
      table.price = 3;
      for (let step = 0; step < 3000; step++) {
        const [one, round] = [random.below(teams), random.below(moves.rounds)];
        const other = (one + 1 + random.below(teams - 1)) % teams;
        const later = (round + 1 + random.below(moves.rounds - 1)) % moves.rounds;
        table.begin();
        table.bound = random.unit() < 0.5 ? Infinity : 0;
        const kind = random.below(4);
        if (kind === 0) moves.swapHomes(one, other);
        else if (kind === 1) moves.swapTeams(one, other);
        else if (kind === 2) moves.swapRounds(one, round, later, teams);
        else moves.swapOpponents(one, other, round, table.rounds);
        if (table.bound < Infinity || random.unit() < 0.5) table.undo();
        else {
          sum.miles += table.miles;
          sum.faults += table.faults;
        }
        table.save(codes);
        assertRoundRobin(codes, teams);
        if (mirrored) assertMirrored(codes, table.rounds);
        deepStrictEqual(table.total(), sum);
      }
    }
  });

  it("finds the shortest season of four and six teams on a ring, as the plain validator counts it", () => {
    for (const [teams, shortest] of [[4, 20], [6, 64]] as const) {
      const league = ring(teams);
      const run = startRun(league, { seed: 1, evaluations: 400_000 });
      const { best, done } = run.advance(400_000);
      const verdict = validate(league, run.best());
      deepStrictEqual(verdict.faults, []);
      deepStrictEqual({ hard: verdict.hard, soft: verdict.soft }, best);
      ok(done && best.hard === 0 && best.soft === shortest, `${teams}: ${best.soft}`);
    }
  });

  it("knows the shortest way to end a season", () => {
    const bounds = new SeasonBounds(tournamentOf(ring(4))!.problem);
    strictEqual(bounds.after(0, unplayed(4)), 0);
    const atHome = hosted(unplayed(4), 1, 1);
    strictEqual(bounds.after(0, atHome), 4, "once around");
    strictEqual(bounds.after(0, visited(atHome, 2, 1, 1)), 4, "from 2 by way of 1 or 3, and to the other one");
    const abroad = visited(visited(visited(unplayed(4), 1, 0, 1), 2, 1, 2), 3, 2, 3);
    strictEqual(bounds.after(0, abroad), 1, "home, where the rest is");
  });

  it("bounds the way of sixteen teams by their trips alone, never above the shortest end of a season", () => {
    const { problem } = tournamentOf(ring(6))!;
    const trips = new TripBounds(problem), season = new SeasonBounds(problem), random = new Random(3);
    for (let k = 0; k < 500; k++) {
      let standing = unplayed(6);
      for (let game = random.below(10); game > 0; game--) {
        const visits = [0, 1, 2, 3, 4].filter((number) => left(standing) >> number & 1);
        const away = homes(standing) === 0 || (visits.length > 0 && random.unit() < 0.5), inRow = run(standing) + 1;
        const host = visits[random.below(visits.length)]!;
        if (away) standing = visited(standing, host + 1, host, atHome(standing) ? 1 : inRow);
        else standing = hosted(standing, 1, atHome(standing) ? inRow : 1);
        if (run(standing) > 3) break;
        const bound = trips.after(0, standing), shortest = season.after(0, standing);
        ok(bound <= shortest);
        strictEqual(bound >= impossible, shortest >= impossible);
      }
    }
    const sixteen = tournamentOf(ring(16))!.problem;
    ok(!SeasonBounds.fit(sixteen) && TripBounds.fit(sixteen) && !TripBounds.fit({ ...sixteen, teams: 18 }));
  });

  it("builds seasons by beams, all without violations and those of six teams the shortest", () => {
    for (const [teams, width] of [[4, 50], [6, 2000], [8, 100]] as const) {
      const { problem } = tournamentOf(ring(teams))!;
      for (const bounds of [new SeasonBounds(problem), new TripBounds(problem)]) {
        const beam = new Beam(problem, bounds, new Random(2), width, 2);
        while (!beam.done) ok(beam.advance() > 0);
        const codes = beam.codes()!, table = new Timetable(problem);
        assertRoundRobin(codes, teams);
        table.load(codes);
        const { miles, faults } = table.total();
        strictEqual(faults, 0);
        if (teams === 6) strictEqual(miles, 64);
      }
    }
  });

  it("keeps a season mirrored when its rounds are paired", () => {
    const league = readInstance(
      instanceText({ teams: 6, objective: "TR", constraints: travelling, mode: "M" }),
    ).league;
    strictEqual(tournamentOf(league)!.problem.mirrored, true);
    const run = startRun(league, { seed: 1, evaluations: 200_000 });
    run.advance(200_000);
    const verdict = validate(league, run.best());
    deepStrictEqual([verdict.faults, verdict.hard, verdict.soft], [[], 0, 72]);
    const free = startRun(ring(6), { seed: 1, evaluations: 400_000 });
    free.advance(400_000);
    strictEqual(validate(league, free.best()).hard > 0, true);
  });

  it("gives the same schedule however it is sliced, saved and resumed", () => {
    const league = ring(8);
    const whole = startRun(league, { seed: 7, evaluations: 60_000 });
    whole.advance(60_000);
    let sliced = startRun(league, { seed: 7, evaluations: 60_000 });
    while (!sliced.advance(7_001).done) sliced = resumeRun(league, sliced.save());
    deepStrictEqual(sliced.best(), whole.best());
    const other = startRun(league, { seed: 8, evaluations: 60_000 });
    other.advance(60_000);
    ok(JSON.stringify(other.best()) !== JSON.stringify(whole.best()));
  });

  it("goes on from a given schedule and is never worse than what it is offered", () => {
    const league = ring(8);
    const first = startRun(league, { seed: 1, evaluations: 200_000 });
    const { best } = first.advance(200_000);
    const second = startRun(league, { seed: 2, evaluations: 4_000, from: first.best() });
    ok(second.advance(4_000).best.soft <= best.soft);
    const third = startRun(league, { seed: 3, evaluations: 10_000 });
    third.advance(2_000);
    third.offer(first.best());
    ok(third.advance(2_000).best.soft <= best.soft);
  });
});
