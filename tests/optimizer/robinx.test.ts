import { describe, it } from "node:test";
import { deepStrictEqual, match, ok, strictEqual, throws } from "node:assert/strict";
import { readBestKnown } from "../../scripts/optimizer/best-known.ts";
import { readInstance } from "../../scripts/optimizer/robinx/read.ts";
import { readSolution, writeSolution } from "../../scripts/optimizer/robinx/solution.ts";
import { validate } from "../../scripts/optimizer/validator/validate.ts";
import { startRun } from "../../shared/optimizer/mod.ts";
import { instanceText, travelling } from "./instances.ts";

const itc = `
  <CapacityConstraints>
    <CA1 max="0" min="0" mode="H" penalty="3" slots="0;5" teams="2" type="HARD"/>
    <CA2 max="1" min="0" mode1="HA" mode2="GLOBAL" penalty="5" slots="0;1;2" teams1="0" teams2="1;2" type="SOFT"/>
  </CapacityConstraints>
  <GameConstraints><GA1 max="1" meetings="0,1;2,3;" min="1" penalty="1" slots="3" type="SOFT"/></GameConstraints>`;

describe("RobinX", () => {
  it("reads teams, rounds, matchups and constraints", () => {
    const { name, league, slots } = readInstance(instanceText({ teams: 4, mode: "P", constraints: itc }));
    strictEqual(name, "Ring & 4");
    deepStrictEqual(slots, ["0", "1", "2", "3", "4", "5"]);
    deepStrictEqual(league.rounds.map(({ number }) => number), [1, 2, 3, 4, 5, 6]);
    strictEqual(league.matchups.length, 12);
    ok(league.phased && league.matchups.every(({ fixed }) => fixed));
    deepStrictEqual(league.constraints.map(({ id, hard, weight }) => [id, hard, weight]), [
      ["CA1-1", true, 3],
      ["CA2-1", false, 5],
      ["GA1-1", false, 1],
    ]);
    deepStrictEqual(league.constraints[0]!.params, { teams: ["2"], rounds: [1, 6], mode: "H", min: 0, max: 0 });
    deepStrictEqual(league.constraints[2]!.params, {
      meetings: [["0", "1"], ["2", "3"]],
      rounds: [4],
      min: 1,
      max: 1,
    });
  });

  it("counts a pair that meets twice in a half for each of the two", () => {
    const { league } = readInstance(instanceText({ teams: 4, mode: "P" }));
    const rounds = ["0-1 2-3", "1-0 3-2", "0-2 1-3", "2-0 3-1", "0-3 1-2", "3-0 2-1"];
    const games = rounds.flatMap((pairs, at) =>
      pairs.split(" ").map((pair) => {
        const [home, away] = pair.split("-") as [string, string];
        const matchup = league.matchups.findIndex((one) => one.home === home && one.away === away);
        return { matchup, home, away, round: at + 1 };
      })
    );
    // Four pairs: 0 and 2, and 1 and 3, meet once in each half.
    const { hard, wrongPhases, violations } = validate(league, games);
    deepStrictEqual([hard, wrongPhases], [8, 4]);
    deepStrictEqual(violations.map(({ id, deviation, penalty }) => [id, deviation, penalty]), [["phased", 4, 8]]);
  });

  it("reads distances, and groups of teams as their members", () => {
    const { league } = readInstance(instanceText({ teams: 6, objective: "TR", constraints: travelling }));
    deepStrictEqual((league.distances as number[][])[1], [1, 0, 1, 2, 3, 2]);
    deepStrictEqual((league.constraints[0]!.params as { teams1: string[] }).teams1, ["0", "1", "2", "3", "4", "5"]);
    strictEqual(league.constraints.at(-1)!.type, "travel_distance");
  });

  it("writes a solution that reads back as it was", () => {
    const instance = readInstance(instanceText({ teams: 6, objective: "TR", constraints: travelling }));
    const run = startRun(instance.league, { seed: 1, evaluations: 5000 });
    run.advance(5000);
    const text = writeSolution(instance, run.best(), { hard: 0, soft: 60 });
    match(text, /infeasibility="0" objective="60"/);
    match(text, /<InstanceName>Ring &amp; 6</);
    const byRound = run.best().sort((one, other) => one.round - other.round);
    deepStrictEqual(readSolution(instance, text), byRound);
  });

  it("refuses what is no instance, in one sentence", () => {
    const broken: [string, RegExp][] = [
      ["not XML at all", /is not XML/],
      ["<Instance><Teams></Instance>", /line 1, column/],
      ["<Solution/>", /root element is not <Instance>/],
      [instanceText({ teams: 5 }), /5 teams: an even number/],
      [instanceText({ teams: 4, objective: "TR", withoutDistance: true }), /no <distance> from team 0 to team 1/],
      [instanceText({ teams: 4, constraints: itc.replace('teams="2"', 'teams="9"') }), /CA1-1 names team 9/],
      [instanceText({ teams: 4, constraints: itc.replace('max="0"', 'max="few"') }), /max="few" is not a whole number/],
      [
        instanceText({ teams: 4, constraints: '<GameConstraints><XX1 type="HARD"/></GameConstraints>' }),
        /type XX1 is not known/,
      ],
      [instanceText({ teams: 4 }).replace('<slot id="5" name="Slot 5"/>', ""), /5 slots/],
      [instanceText({ teams: 4, mode: "E" }), /game mode E/],
      [instanceText({ teams: 4 }).replace(">SC<", ">BM<"), /objective BM/],
    ];
    for (const [text, message] of broken) throws(() => readInstance(text), { name: "StackError", message });
  });

  it("refuses games that are not of the instance", () => {
    const instance = readInstance(instanceText({ teams: 4 }));
    const game = (slot: number) => `<ScheduledMatch home="0" away="1" slot="${slot}"/>`;
    const solution = (games: string) => `<Solution><Games>${games}</Games></Solution>`;
    throws(() => readSolution(instance, solution(game(0) + game(1))), /no further home game/);
    throws(() => readSolution(instance, solution(game(9))), /slot 9/);
  });
});

it("best known values come from the tables of the README", () => {
  const known = readBestKnown(
    "# x\n| NL4 | 1 |\n## Best known values, TTP\n| a | b |\n|--|--|\n| NL4 | 8276 | by |\n" +
      "| Late 15 | 0 (optimal) | by |\n## Other\n| NL6 | 5 |",
  );
  deepStrictEqual([...known], [["nl4", 8276], ["late15", 0]]);
});
