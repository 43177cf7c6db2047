import assert from "node:assert/strict";
import { conferenceTypes } from "../../shared/optimizer/constraints/catalog.ts";
import type { ConferenceDefinition } from "../../shared/optimizer/constraints/conference.ts";
import { paramFault } from "../../shared/optimizer/constraints/params.ts";
import { construct } from "../../shared/optimizer/engine/construct.ts";
import { Evaluator } from "../../shared/optimizer/engine/evaluator.ts";
import { Moves } from "../../shared/optimizer/engine/moves.ts";
import { hardOf, softOf } from "../../shared/optimizer/engine/packed.ts";
import { deviation, penalty } from "../../shared/optimizer/engine/plain.ts";
import { Random } from "../../shared/optimizer/engine/random.ts";
import { compileLeague, type LeagueConstraint } from "../../shared/optimizer/league.ts";
import { smallLeague } from "./small-league.ts";

/** One constraint of each type and of each variant that is worth one. */
const everything: Partial<LeagueConstraint>[] = [
  { type: "travel_distance", params: { maximum_per_team: 3000, unit: 50 } },
  { type: "travel_distance", params: { home_after_days: 5, unit: 10 } },
  { type: "travel_total", params: { maximum: 9000 } },
  { type: "travel_total", params: { measure: "difference", maximum: 300, unit: 7 } },
  { type: "longest_trip", params: { maximum_miles: 1500, maximum_days: 6, maximum_games: 2 } },
  { type: "consecutive_games", params: { side: "away", maximum: 1 } },
  { type: "consecutive_games", params: { side: "any", maximum: 2 } },
  { type: "streak_count", params: { side: "any", length: 2, maximum: 1 } },
  { type: "road_share", params: { of: 4, maximum: 2 } },
  { type: "road_share", params: { of: 3, maximum: 1, side: "home", at: "last" } },
  { type: "home_gap", params: { maximum_rounds: 2 } },
  { type: "home_games", params: { side: "home", minimum: 2, maximum: 2, first_games: 4 } },
  { type: "home_games", params: { side: "away", maximum: 2, when: { weekdays: ["saturday"] } } },
  { type: "monthly_balance", params: { maximum_difference: 0 } },
  { type: "monthly_balance", params: { maximum_difference: 1, by: "half" } },
  { type: "rest_days", params: { minimum: 3, by_distance: [{ miles: 400, minimum: 6 }] } },
  { type: "games_in_span", params: { maximum: 2, days: 8 } },
  { type: "games_in_span", params: { maximum: 1, rounds: 3, side: "away" } },
  {
    type: "preceding_game",
    params: {
      when: { weekdays: ["wednesday"] },
      side: "away",
      preceded_by: "home",
      within_days: 5,
      except_within_miles: 120,
    },
  },
  { type: "byes", params: { maximum: 1, when: { weekdays: ["saturday"] } } },
  { type: "byes", params: { minimum: 1, consecutive: 1 } },
  { type: "away_bye_away", params: {} },
  { type: "bye_advantage", params: { maximum: 1 } },
  { type: "bye_advantage", params: { maximum: 0, minimum_days: 7, teams: ["A", "C"] } },
  { type: "blackout", params: { teams: ["A", "F"], when: { weekdays: ["saturday"] }, reason: "closed" } },
  { type: "exam_days", params: { exams: [{ team: "B", dates: ["2028-01-05", "2028-01-08"] }], allow: "home" } },
  {
    type: "venue_events",
    params: { venue: "Arena", busy: [{ from: "2028-01-08", event: "a concert" }], days_after: 4 },
  },
  { type: "shared_venue", params: { venue: "Arena" } },
  { type: "required_game", params: { home: "A", away: "B", when: { last: 4 } } },
  { type: "forbidden_game", params: { between: ["A", "B", "C"], when: { first: 3 } } },
  { type: "forbidden_game", params: { home: "D", maximum: 1, when: { weekdays: ["wednesday"] } } },
  { type: "rivalry", params: { teams: ["A", "B"], when: { rounds: [6, 7] }, home: "B" } },
  { type: "rematch_separation", params: { minimum_rounds: 3, minimum_days: 14 } },
  {
    type: "tv_window",
    params: {
      window: "tv",
      when: { weekdays: ["saturday"] },
      quality: [{ team: "A", value: 1 }, { team: "B", value: 0.5 }, { team: "C", value: 0.2 }],
      minimum: 1,
      each_round: true,
    },
  },
  { type: "travel_partners", params: { pairs: [["A", "B"], ["E", "F"]], maximum_days: 4 } },
];

const leagues = {
  compact: smallLeague({ rounds: 10, constraints: everything }),
  "with byes": smallLeague({ rounds: 13, constraints: everything }),
  partial: smallLeague({ teams: 7, rounds: 12, format: { kind: "partial", games: 8 }, constraints: everything }),
};

Deno.test("every type of the catalogue is among those tested", () => {
  const tested = new Set(everything.map(({ type }) => type));
  assert.deepEqual(conferenceTypes.map(({ type }) => type).filter((type) => !tested.has(type)), []);
});

for (const [name, league] of Object.entries(leagues)) {
  Deno.test(`the incremental penalty is that of a full computation: ${name}`, () => {
    const { problem } = compileLeague(league);
    const random = new Random(7);
    const state = construct(problem, random);
    const evaluator = new Evaluator(state);
    const one = {
      swapHomes: 1,
      swapTeams: 1,
      swapRounds: 1,
      partialSwapTeams: 1,
      partialSwapTeamsPhased: 1,
      partialSwapRounds: 1,
    };
    const moves = new Moves(state, evaluator.slotOfGame, one, { slots: 20, teams: 20 });
    let kept = 0;
    for (let step = 0; step < 3000; step++) {
      if (!moves.draw(random)) continue;
      evaluator.evaluate();
      if (random.unit() < 0.3) {
        evaluator.keep();
        kept++;
      } else evaluator.undo();
      if (step % 50) continue;
      assert.deepEqual({ hard: hardOf(evaluator.total), soft: softOf(evaluator.total) }, penalty(state));
    }
    assert.ok(kept > 100);
  });

  Deno.test(`what is told adds up to the penalty: ${name}`, () => {
    const { problem, season } = compileLeague(league);
    for (let seed = 1; seed <= 10; seed++) {
      const state = construct(problem, new Random(seed));
      for (const [index, constraint] of league.constraints.entries()) {
        const definition = conferenceTypes.find(({ type }) => type === constraint.type) as ConferenceDefinition<
          unknown
        >;
        const violations = problem.terms.filter((term) => term.constraint === index)
          .map((term) => ({ term, deviation: deviation(state, term) })).filter((one) => one.deviation > 0);
        const found = definition.findings(constraint.params, season, state, violations);
        const sum = (list: { deviation: number }[]) => list.reduce((total, one) => total + one.deviation, 0);
        assert.equal(sum(found), sum(violations), constraint.type);
        for (const { text } of found) assert.ok(!/undefined|NaN|Infinity| {2}/.test(text), text);
      }
    }
  });
}

Deno.test("examples fit their schemas, and others do not", () => {
  for (const { type, schema, example } of conferenceTypes) {
    assert.equal(paramFault(schema, example.params), undefined, type);
    assert.match(paramFault(schema, { ...example.params, nonsense: 1 })!, /nonsense/, type);
  }
  const fault = (type: string, params: unknown) =>
    paramFault(conferenceTypes.find((one) => one.type === type)!.schema, params);
  assert.equal(fault("consecutive_games", { side: "up", maximum: 2 }), "/side must be one of home, away, any");
  assert.equal(fault("consecutive_games", { side: "away", maximum: 1.5 }), "/maximum must be integer");
  assert.equal(
    fault("exam_days", { exams: [{ team: "A", dates: ["2028-02-30"] }] }),
    "/exams/0/dates/0 must be a date",
  );
});
