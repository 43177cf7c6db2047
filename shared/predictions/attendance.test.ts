import { deepStrictEqual as equal, ok, throws } from "node:assert/strict";
import { type Game, learn, type PlayedGame, predictAttendance, train } from "./mod.ts";
import { advanceTraining, finishTraining, startTraining } from "./training.ts";

const sizes = [52_000, 41_000, 30_000, 24_000, 18_000, 12_000, 9_000, 6_000];
const team = (place: number) => `team ${place}`;

const firstSaturday = (season: number) => {
  const first = Date.UTC(season, 8, 1);
  return first + (6 - new Date(first).getUTCDay()) * 86_400_000;
};

/** Three seasons of a league whose crowds depend on the visitor, the weekday and a little chance. */
function league(seasons: readonly number[]): PlayedGame[] {
  let state = 11;
  const chance = () => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648 - 0.5;
  return seasons.flatMap((season) =>
    sizes.flatMap((size, home) =>
      sizes.flatMap((visitor, away): PlayedGame[] => {
        if (home === away) return [];
        const week = (home * 3 + away * 5 + season) % 14;
        const saturday = (home + away) % 4 !== 0;
        const day = new Date(firstSaturday(season) + (week * 7 - (saturday ? 0 : 2)) * 86_400_000).toISOString().slice(
          0,
          10,
        );
        const log = Math.log(size) + 0.12 * Math.log(visitor / 20_000) + (saturday ? 0 : -0.2) + 0.06 * chance();
        return [{
          id: `${season}-${home}-${away}`,
          season,
          day,
          home: team(home),
          away: team(away),
          homeGroup: "a",
          awayGroup: "a",
          attendance: Math.round(Math.exp(log)),
        }];
      })
    )
  );
}

const withoutCrowd = ({ attendance: _, homeScore: _h, awayScore: _a, ...game }: PlayedGame): Game => game;
const past = league([2020, 2021, 2022]);
const next = league([2020, 2021, 2022, 2023]).filter(({ season }) => season === 2023);
const model = train(past);
const predictions = predictAttendance(model, { played: past, ahead: next.map(withoutCrowd) });
const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

Deno.test("the season ahead is predicted better than by each team's last-season mean", () => {
  const wrong = mean(next.map((game, place) => Math.abs(predictions[place]!.expected / game.attendance! - 1)));
  const naive = mean(next.map((game) => {
    const last = past.filter(({ season, home }) => season === 2022 && home === game.home);
    return Math.abs(mean(last.map(({ attendance }) => attendance!)) / game.attendance! - 1);
  }));
  ok(wrong < 0.6 * naive, `${wrong} against ${naive}`);
  const inside = next.filter(({ attendance }, place) =>
    attendance! >= predictions[place]!.low && attendance! <= predictions[place]!.high
  );
  ok(inside.length / next.length > 0.7, `${inside.length} of ${next.length}`);
});

Deno.test("a prediction says how it came about", () => {
  const [first] = predictions;
  equal([first!.method, first!.horizon, first!.known_games], ["model", "season", 21]);
  ok(first!.low < first!.expected && first!.expected < first!.high);
  ok(predictions.some(({ factors }) => factors.some(({ feature, weight }) => feature === "weekday" && weight < -0.04)));
  const evaluation = model.horizons.season!.evaluation;
  equal([evaluation.held_out, evaluation.season, evaluation.games], ["season", 2022, 56]);
  ok(evaluation.mae < evaluation.baseline!.mae);
});

Deno.test("the same games give the same model, trained at once or in parts that are kept as JSON", () => {
  const { examples } = learn(past);
  let state = startTraining();
  for (let slice = 0; state.steps.length; slice++) {
    ok(slice < 100);
    state = JSON.parse(JSON.stringify(advanceTraining(examples, state, 70)));
  }
  equal(JSON.parse(JSON.stringify(finishTraining(past, examples, state))), JSON.parse(JSON.stringify(model)));
});

Deno.test("no example knows its own crowd, nor a later one", () => {
  const changed = past.map((game) => game.id === "2022-0-1" ? { ...game, attendance: 9 } : game);
  const [before, after] = [past, changed].map((games) =>
    learn(games).examples.filter(({ game }) => game.id === "2022-0-1" || game.season === 2021).map((
      { features },
    ) => [...features])
  );
  equal(before, after);
});

Deno.test("nobody comes who finds no seat", () => {
  const [full] = predictAttendance(model, { played: past, ahead: [{ ...withoutCrowd(next[0]!), capacity: 20_000 }] });
  equal([full!.expected, full!.high, full!.capped], [20_000, 20_000, true]);
});

Deno.test("a new team has its division's mean, says so, and a wide interval", () => {
  const [told] = predictAttendance(model, { played: past, ahead: [{ ...withoutCrowd(next[0]!), home: "new" }] });
  equal([told!.method, told!.known_games, told!.factors.length], ["group_mean", 0, 0]);
  ok(told!.high / told!.low > 3);
});

Deno.test("few games make a mean, not a model; none make nothing", () => {
  const few = past.slice(0, 12);
  const [told] = predictAttendance(train(few), { played: few, ahead: [withoutCrowd(next[0]!)] });
  equal(told!.method, "team_mean");
  throws(() => predictAttendance(train([]), { played: [], ahead: [withoutCrowd(next[0]!)] }), RangeError);
});
