import assert from "node:assert/strict";
import { cpuClock } from "../testing.ts";
import type { DocumentGame, LeagueDocument } from "./document.ts";
import { leagueOf, namedPlacements } from "./league-of.ts";

const schedule = {
  id: "s",
  organization_id: "o",
  version: 1,
  format: "single_round_robin",
  games_per_team: null,
  phased: false,
  status: "draft",
} as const;

/** Four teams and six rounds; `more` says what is different. */
const documentOf = (more: Partial<LeagueDocument> = {}, format?: Partial<LeagueDocument["schedule"]>) => ({
  schedule: { ...schedule, ...format },
  teams: ["a", "b", "c", "d"].map((id) => ({ id, name: id.toUpperCase(), code: id })),
  rounds: [1, 2, 3, 4, 5, 6].map((number) => ({ number, date: `2029-01-0${number}`, starts: null })),
  matchups: [],
  games: [],
  constraints: [],
  windows: [],
  ...more,
});

const game = (
  id: string,
  home: string,
  away: string,
  round?: number,
  more: Partial<DocumentGame> = {},
): DocumentGame => ({
  id,
  home_team_id: home,
  away_team_id: away,
  plays_on: "2029-01-01",
  status: "scheduled",
  ...(round === undefined ? {} : { round }),
  ...more,
});

const pairs = (matchups: readonly { home: string; away: string }[]) =>
  matchups.map(({ home, away }) => [home, away].sort().join("")).sort();

Deno.test("a format says who meets whom", () => {
  assert.deepEqual(pairs(leagueOf(documentOf()).league.matchups), ["ab", "ac", "ad", "bc", "bd", "cd"]);
  assert.equal(leagueOf(documentOf({}, { format: "double_round_robin" })).league.matchups.length, 12);
  const partial = documentOf({}, { format: "partial_round_robin", games_per_team: 2 });
  assert.equal(leagueOf(partial).league.matchups.length, 4);
  assert.equal(leagueOf(documentOf({}, { format: "custom" })).league.matchups.length, 0);
});

Deno.test("what is given says who meets whom where the format leaves it open", () => {
  const matchups = [
    { home: "a", away: "b", games: 3, fixed: false },
    { home: "c", away: "d", games: 2, fixed: true },
  ];
  const { league } = leagueOf(documentOf({ matchups }, { format: "custom" }));
  assert.deepEqual(league.matchups.map(({ home, away, fixed }) => `${home}${away}${fixed ? "!" : ""}`), [
    "ab",
    "ba",
    "ab",
    "cd!",
    "cd!",
  ]);
  const games = [game("1", "a", "c", 1)];
  const standing = leagueOf(documentOf({ games }, { format: "custom" }));
  assert.deepEqual(pairs(standing.league.matchups), ["ac"]);
  assert.ok(standing.complete);
});

Deno.test("a game keeps its id whichever side and round it is given", () => {
  const standing = leagueOf(documentOf({ games: [game("1", "b", "a", 2), game("2", "a", "c")] }));
  const at = standing.games.indexOf("1");
  assert.deepEqual(pairs([standing.league.matchups[at]!]), ["ab"]);
  assert.deepEqual(standing.placements, [{ matchup: at, round: 2, home: "b", away: "a", game: "1" }]);
  assert.equal(standing.complete, false, "the others have no round");
  assert.deepEqual(namedPlacements([{ matchup: at, round: 5, home: "a", away: "b" }], standing.games), [
    { game: "1", round: 5, home: "a", away: "b" },
  ]);
});

Deno.test("games beyond the format stand; cancelled and postponed ones do not", () => {
  const games = [
    game("1", "a", "b", 1),
    game("2", "a", "b", 2),
    game("3", "c", "d", 1, { status: "cancelled" }),
    game("4", "a", "d", 3, { status: "postponed" }),
    game("5", "b", "c", 99),
  ];
  const standing = leagueOf(documentOf({ games }));
  assert.equal(standing.league.matchups.length, 7);
  assert.deepEqual(standing.placements.map(({ game }) => game).sort(), ["1", "2"]);
  assert.ok(standing.games.includes("4"), "a postponed game is one that is to be placed");
  assert.ok(!standing.games.includes("3"));
});

Deno.test("a played game stays where it was, a neutral one is nobody's home game", () => {
  const games = [
    game("1", "a", "b", 1, { status: "played" }),
    game("2", "c", "d", 1, { neutral: true, venue_id: "v" }),
  ];
  const { league, games: ids } = leagueOf(documentOf({ games }));
  assert.deepEqual(league.constraints, [{
    id: "played:1",
    type: "required_game",
    params: { home: "a", away: "b", when: { rounds: [1] } },
    hard: true,
    weight: 1_000_000,
  }]);
  assert.deepEqual(league.matchups[ids.indexOf("2")], { home: "c", away: "d", neutral: true, venue: "v" });
});

Deno.test("two games of a team in a round are no schedule to start from", () => {
  const games = [game("1", "a", "b", 1), game("2", "a", "c", 1)];
  const standing = leagueOf(documentOf({ games }, { format: "custom" }));
  assert.equal(standing.placements.length, 2);
  assert.equal(standing.complete, false);
});

Deno.test("many games are assigned in no time", () => {
  const games = Array.from({ length: 20_000 }, (_, n) => game(`${n}`, n % 2 ? "a" : "b", n % 2 ? "b" : "a", 1));
  const spent = cpuClock();
  assert.equal(leagueOf(documentOf({ games })).placements.length, 20_000);
  assert.ok(spent() < 1_000);
});
