import assert from "node:assert/strict";
import { constraintType } from "../../shared/optimizer/constraints/catalog.ts";
import { paramFault } from "../../shared/optimizer/constraints/params.ts";
import { judged } from "./judged.ts";

interface Case {
  type: string;
  params: unknown;
  rounds: string[];
  deviation: number;
  said: string[];
}

const cases: Case[] = [
  {
    type: "consecutive_games",
    params: { side: "away", maximum: 2, teams: ["A"] },
    rounds: ["A-B", "C-A", "", "D-A", "B-A", "A-C"],
    deviation: 1,
    said: ["Ash plays three away games in a row in rounds 2-5 (5 Jan to 15 Jan)"],
  },
  {
    type: "consecutive_games",
    params: { side: "any", maximum: 2, teams: ["A"] },
    rounds: ["A-B", "C-A", "", "D-A", "B-A", "A-C"],
    deviation: 1,
    said: ["Ash plays three games in a row in rounds 4-6 (12 Jan to 19 Jan)"],
  },
  {
    type: "streak_count",
    params: { side: "away", length: 2, maximum: 1, teams: ["A"] },
    rounds: ["B-A", "C-A", "A-D", "D-A", "B-A", "A-C"],
    deviation: 1,
    said: ["Ash has more than one streak of 2 or more away games: another in rounds 4-5 (12 Jan to 15 Jan)"],
  },
  {
    type: "home_gap",
    params: { maximum_rounds: 2, teams: ["A"] },
    rounds: ["A-B", "", "C-A", "", "", "A-C"],
    deviation: 2,
    said: ["Ash has no home game for four rounds in rounds 2-5 (5 Jan to 15 Jan)"],
  },
  {
    type: "travel_distance",
    params: { maximum_per_team: 500, unit: 10, teams: ["A"] },
    rounds: ["C-A", "", "D-A"],
    deviation: 40,
    said: ["Ash travels 899 miles of 500 miles allowed"],
  },
  {
    type: "travel_distance",
    params: { maximum_per_team: 500, unit: 10, home_after_days: 7, teams: ["A"] },
    rounds: ["C-A", "", "D-A"],
    deviation: 40,
    said: ["Ash travels 900 miles of 500 miles allowed"],
  },
  {
    type: "travel_total",
    params: { maximum: 800, unit: 1 },
    rounds: ["C-A", "D-A"],
    deviation: 99,
    said: ["The teams travel 899 miles together, where 800 miles are allowed"],
  },
  {
    type: "longest_trip",
    params: { maximum_days: 7, teams: ["A"] },
    rounds: ["C-A", "", "D-A", "", "A-B"],
    deviation: 1,
    said: ["Ash is on a trip of eight days in rounds 1-3 (1 Jan to 8 Jan)"],
  },
  {
    type: "road_share",
    params: { of: 3, maximum: 1, teams: ["A"] },
    rounds: ["C-A", "", "A-D", "B-A", "D-A"],
    deviation: 2,
    said: [
      "Ash plays two of three games away in rounds 1-4 (1 Jan to 12 Jan)",
      "Ash plays two of three games away in rounds 3-5 (8 Jan to 15 Jan)",
    ],
  },
  {
    type: "home_games",
    params: { side: "home", minimum: 2, maximum: 2, first_games: 4, teams: ["A"] },
    rounds: ["C-A", "B-A", "A-D", "", "D-A", "A-B"],
    deviation: 1,
    said: ["Ash has one home game among its first 4 in rounds 1-5 (1 Jan to 15 Jan) where 2 are needed"],
  },
  {
    type: "monthly_balance",
    params: { maximum_difference: 1, teams: ["A"] },
    rounds: ["C-A", "B-A", "D-A", "A-B"],
    deviation: 1,
    said: ["Ash has one home game and three away games in rounds 1-4 (1 Jan to 12 Jan)"],
  },
  {
    type: "rest_days",
    params: { minimum: 2, by_distance: [{ miles: 400, minimum: 5 }], teams: ["A"] },
    rounds: ["C-A", "D-A", "A-B"],
    deviation: 2,
    said: ["Ash has three rest days and 449 miles to go between games in rounds 1-2 (1 Jan to 5 Jan)"],
  },
  {
    type: "games_in_span",
    params: { maximum: 2, days: 8, teams: ["A"] },
    rounds: ["C-A", "A-B", "A-D", "", "A-C"],
    deviation: 1,
    said: ["Ash has three games within 8 days, in rounds 1-3 (1 Jan to 8 Jan)"],
  },
  {
    type: "preceding_game",
    params: {
      when: { weekdays: ["wednesday"] },
      side: "away",
      preceded_by: "home",
      except_within_miles: 100,
      teams: ["A"],
    },
    rounds: ["C-A", "D-A", "D-A", "B-A"],
    deviation: 1,
    said: [
      "Ash plays at Dogwood in round 2 (5 Jan) without a home game before it: the one before is in round 1 (1 Jan)",
    ],
  },
  {
    type: "byes",
    params: { maximum: 0, when: { weekdays: ["saturday"] }, teams: ["A"] },
    rounds: ["A-B", "", "", "", "A-C"],
    deviation: 1,
    said: ["Ash has one idle round in round 3 (8 Jan) where 0 are allowed"],
  },
  {
    type: "away_bye_away",
    params: { teams: ["A"] },
    rounds: ["B-A", "C-A", "", "D-A", "", "A-B"],
    deviation: 1,
    said: ["Ash is away, idle and away again in rounds 2-4 (5 Jan to 12 Jan)"],
  },
  {
    type: "bye_advantage",
    params: { maximum: 0, teams: ["A"] },
    rounds: ["A-B", "A-C", "A-B C-D"],
    deviation: 2,
    said: ["Ash meets opponents coming off a bye in two games, where 0 are allowed: in rounds 2 and 3"],
  },
  {
    type: "blackout",
    params: { teams: ["A"], when: { dates: ["2028-01-05"] }, side: "home", reason: "arena closed" },
    rounds: ["A-B", "A-C"],
    deviation: 1,
    said: ["Ash hosts Cedar in round 2 (5 Jan) (arena closed)"],
  },
  {
    type: "exam_days",
    params: { exams: [{ team: "B", dates: ["2028-01-01", "2028-01-02", "2028-01-08"] }], allow: "home" },
    rounds: ["A-B", "B-C", "B-C"],
    deviation: 1,
    said: ["Birch plays at Ash in round 1 (1 Jan) on an exam day"],
  },
  {
    type: "venue_events",
    params: { teams: ["A"], busy: [{ from: "2028-01-06", to: "2028-01-07", event: "gymnastics" }], days_before: 1 },
    rounds: ["A-B", "A-C", "A-D"],
    deviation: 1,
    said: ["Ash hosts Cedar in round 2 (5 Jan) while its venue is taken by gymnastics"],
  },
  {
    type: "shared_venue",
    params: { venue: "Arena" },
    rounds: ["A-C B-D", "A-D C-B"],
    deviation: 1,
    said: ["Ash and Birch are both at home in round 1 (1 Jan) and share a venue"],
  },
  {
    type: "required_game",
    params: { home: "A", away: "B", when: { first: 2 } },
    rounds: ["A-C", "", "A-B"],
    deviation: 1,
    said: ["Birch at Ash is needed once in rounds 1 and 2 and is not there"],
  },
  {
    type: "forbidden_game",
    params: { between: ["A", "B"], when: { first: 2 } },
    rounds: ["A-B", "", "B-A"],
    deviation: 1,
    said: ["Birch at Ash is played in round 1 (1 Jan) and must not be"],
  },
  {
    type: "rivalry",
    params: { teams: ["A", "B"], when: { from: "2028-01-05", to: "2028-01-08" }, home: "B" },
    rounds: ["B-A", "A-B", ""],
    deviation: 1,
    said: ["Ash and Birch do not meet at Birch in rounds 2-3 (5 Jan to 8 Jan)"],
  },
  {
    type: "rematch_separation",
    params: { minimum_days: 14 },
    rounds: ["A-B", "", "", "B-A"],
    deviation: 3,
    said: ["Ash and Birch meet again after eleven days in rounds 1 and 4"],
  },
  {
    type: "tv_window",
    params: {
      window: "tv",
      when: { weekdays: ["saturday"] },
      quality: [{ team: "A", value: 1 }, { team: "B", value: 0.4 }],
      minimum: 1,
      each_round: true,
    },
    rounds: ["A-B", "", "A-C", "", "A-B"],
    deviation: 1,
    said: ["Big Saturday has no games of quality 0.6 or more in round 3 (8 Jan) where 1 is needed"],
  },
  {
    type: "travel_partners",
    params: { pairs: [["A", "B"]], maximum_days: 4 },
    rounds: ["A-C", "B-C A-D", "", "B-D"],
    deviation: 1,
    said: ["Dogwood does not visit Ash and Birch on one trip"],
  },
];

for (const { type, params, rounds, deviation, said } of cases) {
  Deno.test(`${type}: ${said[0]}`, () => {
    assert.equal(paramFault(constraintType(type)!.schema, params), undefined);
    assert.deepEqual(judged(type, params, rounds), { deviation, said });
  });
}

Deno.test("what names no team, round or date of the league is refused", () => {
  assert.throws(() => judged("blackout", { teams: ["Z"], when: { rounds: [1] } }, []), /no team Z/);
  assert.throws(() => judged("blackout", { when: { rounds: [99] } }, []), /no round 99/);
  assert.throws(() => judged("blackout", { when: {} }, []), /must say something/);
  assert.throws(() => judged("nonsense", {}, []), /no constraint type nonsense/);
});
