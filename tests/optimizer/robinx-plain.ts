/** The constraint types of RobinX once more, from their definitions, by loops over games: shares nothing with the engine. */

export interface PlainGame {
  home: string;
  away: string;
  round: number;
}

// deno-lint-ignore no-explicit-any
type Params = any;

const plays = ({ home, away }: PlainGame, team: string, mode: string) =>
  (home === team && mode !== "A") || (away === team && mode !== "H");
const other = ({ home, away }: PlainGame, team: string) => home === team ? away : home;
const over = (count: number, min: number, max: number) => Math.max(count - max, min - count, 0);

function breaksOf(games: PlainGame[], team: string, rounds: number[], mode: string): number {
  let found = 0;
  for (const game of games) {
    if (game.home !== team && game.away !== team) continue;
    const before = games.find(({ round, home, away }) => round === game.round - 1 && (home === team || away === team));
    if (!before || !rounds.includes(game.round)) continue;
    if ((before.home === team) === (game.home === team) && plays(game, team, mode)) found++;
  }
  return found;
}

function greatestGap(games: PlainGame[], a: string, b: string, rounds: number[], mode: string): number {
  let most = 0;
  for (const round of rounds) {
    const played = (team: string) => games.filter((game) => game.round <= round && plays(game, team, mode)).length;
    most = Math.max(most, Math.abs(played(a) - played(b)));
  }
  return most;
}

/** By how many rounds too soon two teams meet again, all their meetings together. */
function closeness(games: PlainGame[], a: string, b: string, least: number): number {
  const rounds = games.filter(({ home, away }) => (home === a && away === b) || (home === b && away === a))
    .map(({ round }) => round).sort((one, two) => one - two);
  return rounds.slice(1).reduce((all, round, k) => all + Math.max(0, least - (round - rounds[k]! - 1)), 0);
}

function ofPairs(teams: string[], value: (a: string, b: string) => number): number {
  return teams.reduce((all, a, k) => teams.slice(k + 1).reduce((sum, b) => sum + value(a, b), all), 0);
}

/** Deviation of one constraint. `last` is the number of rounds. */
export function plainDeviation(type: string, p: Params, games: PlainGame[], last: number): number {
  const inRounds = games.filter(({ round }) => p.rounds?.includes(round) ?? true);
  const sum = (teams: string[], value: (team: string) => number) => teams.reduce((all, team) => all + value(team), 0);
  const compare = (count: number, mode: string) =>
    mode === "EQ" ? Math.abs(count - p.intp) : Math.max(0, count - p.intp);
  const against = (list: PlainGame[], team: string, teams: string[], mode: string) =>
    list.filter((game) => plays(game, team, mode) && teams.includes(other(game, team))).length;
  switch (type) {
    case "CA1":
      return sum(p.teams, (team) => over(inRounds.filter((game) => plays(game, team, p.mode)).length, p.min, p.max));
    case "CA2":
      return sum(
        p.teams1,
        (team) =>
          p.mode2 === "GLOBAL" ? over(against(inRounds, team, p.teams2, p.mode1), p.min, p.max) : sum(
            p.teams2.filter((one: string) => one !== team),
            (one) => over(against(inRounds, team, [one], p.mode1), p.min, p.max),
          ),
      );
    case "CA3":
      return sum(p.teams1, (team) => {
        let all = 0;
        for (let from = 1; from + p.intp - 1 <= last; from++) {
          const run = games.filter(({ round }) => round >= from && round < from + p.intp);
          all += over(against(run, team, p.teams2, p.mode1), p.min, p.max);
        }
        return all;
      });
    case "CA4": {
      const count = (list: PlainGame[]) =>
        list.filter((game) =>
          p.teams1.some((team: string) => plays(game, team, p.mode1) && p.teams2.includes(other(game, team)))
        ).length;
      if (p.mode2 === "GLOBAL") return over(count(inRounds), p.min, p.max);
      return p.rounds.reduce(
        (all: number, round: number) => all + over(count(games.filter((game) => game.round === round)), p.min, p.max),
        0,
      );
    }
    case "GA1":
      return over(
        inRounds.filter(({ home, away }) => p.meetings.some(([h, a]: string[]) => h === home && a === away)).length,
        p.min,
        p.max,
      );
    case "BR1":
      return sum(p.teams, (team) => compare(breaksOf(games, team, p.rounds, p.mode2), p.mode1));
    case "BR2":
      return compare(sum(p.teams, (team) => breaksOf(games, team, p.rounds, p.homeMode)), p.mode2);
    case "FA2":
      return ofPairs(p.teams, (a, b) => Math.max(0, greatestGap(games, a, b, p.rounds, p.mode) - p.intp));
    case "SE1":
      return ofPairs(p.teams, (a, b) => closeness(games, a, b, p.min));
  }
  throw new Error(`what is ${type}?`);
}
