import type { League, LeagueRound, Placement } from "../league.ts";
import type { Clash } from "./types.ts";

/** A placement, with its start where that is known. */
export interface TimedPlacement extends Placement {
  /** RFC 3339. Without it nothing is said of the venue. */
  startsAt?: string;
}

/** Hours from one start to the next in the same venue. */
const turnaroundHours = 4;

const hoursApart = (one: TimedPlacement, other: TimedPlacement): number =>
  one.startsAt === undefined || other.startsAt === undefined
    ? Infinity
    : Math.abs(Date.parse(one.startsAt) - Date.parse(other.startsAt)) / 3_600_000;

/** Names in running text. */
class Names {
  readonly #teams: Map<string, string>;
  readonly #rounds: Map<number, LeagueRound>;

  constructor(readonly league: League) {
    this.#teams = new Map(league.teams.map(({ id, name }) => [id, name]));
    this.#rounds = new Map(league.rounds.map((round) => [round.number, round]));
  }

  team(id: string): string {
    return this.#teams.get(id) ?? id;
  }

  game({ home, away }: Placement): string {
    return `${this.team(away)} at ${this.team(home)}`;
  }

  /** The day of a round, or the round where it has none: games with the same key are on the same day. */
  day(round: number): string {
    return this.#rounds.get(round)?.date ?? `round ${round}`;
  }

  venue({ matchup, home }: Placement): string | undefined {
    const team = this.league.teams.find(({ id }) => id === home);
    return this.league.matchups[matchup]?.venue ?? team?.venue;
  }
}

function clash(kind: Clash["kind"], explanation: string, games: readonly Placement[]): Clash {
  return {
    kind,
    explanation,
    matchups: games.map(({ matchup }) => matchup),
    rounds: [...new Set(games.map(({ round }) => round))],
  };
}

function wrongPairings(league: League, names: Names, placements: readonly TimedPlacement[]): Clash[] {
  const found: Clash[] = [];
  const seen = new Map<number, Placement>();
  for (const placement of placements) {
    const { matchup, home, away } = placement;
    const sides = league.matchups[matchup];
    const flipped = sides?.home === away && sides?.away === home;
    if (!sides || !((sides.home === home && sides.away === away) || (flipped && !sides.fixed))) {
      found.push(clash("wrong_pairing", `${names.game(placement)} is not matchup ${matchup}`, [placement]));
    }
    const twin = seen.get(matchup);
    if (twin) found.push(clash("matchup_twice", `${names.game(placement)} is placed twice`, [twin, placement]));
    seen.set(matchup, placement);
  }
  return found;
}

/** All pairs of games of one group that clash. */
function pairsOf(
  placements: readonly TimedPlacement[],
  keysOf: (placement: TimedPlacement) => string[],
  isClash: (one: TimedPlacement, other: TimedPlacement) => boolean,
): [string, TimedPlacement, TimedPlacement][] {
  const groups = new Map<string, TimedPlacement[]>();
  const found: [string, TimedPlacement, TimedPlacement][] = [];
  for (const placement of placements) {
    for (const key of keysOf(placement)) {
      const group = groups.get(key) ?? [];
      for (const other of group) if (isClash(other, placement)) found.push([key, other, placement]);
      groups.set(key, [...group, placement]);
    }
  }
  return found;
}

/** Both games of a pair in one half of a phased league. */
function wrongPhases({ phased, rounds }: League, names: Names, placements: readonly TimedPlacement[]): Clash[] {
  if (!phased) return [];
  const second = rounds[rounds.length >> 1]!.number;
  return pairsOf(
    placements,
    ({ home, away, round }) => [`${round < second ? "first" : "second"}|${[home, away].sort().join("|")}`],
    () => true,
  ).map(([key, one, other]) => {
    const [half, ...pair] = key.split("|") as [string, string, string];
    const [team, opponent] = pair.map((id) => names.team(id));
    return clash("phase", `${team} and ${opponent} meet twice in the ${half} half`, [one, other]);
  });
}

/**
 * Games that cannot both be: a team twice on a day, a venue twice within four hours where starts are known, both games
 * of a pair in one half of a phased league, games that are no matchup of the league or are there twice. Days are those
 * of the rounds, local to the venue: a game at 02:15 UTC is of the evening before.
 */
export function clashesOf(league: League, placements: readonly TimedPlacement[]): Clash[] {
  const names = new Names(league);
  const teams = pairsOf(
    placements,
    ({ round, home, away }) => [home, away].map((team) => `${names.day(round)}|${team}`),
    () => true,
  ).map(([key, one, other]) => {
    const [day, team] = key.split("|") as [string, string];
    return clash(
      "team_twice",
      `${names.team(team)} plays twice on ${day}: ${names.game(one)}, ${names.game(other)}`,
      [one, other],
    );
  });
  const venues = pairsOf(
    placements,
    (placement) => {
      const venue = names.venue(placement);
      return venue === undefined ? [] : [`${names.day(placement.round)}|${venue}`];
    },
    (one, other) => one.home !== other.home && hoursApart(one, other) < turnaroundHours,
  ).map(([key, one, other]) => {
    const [day, venue] = key.split("|") as [string, string];
    return clash("venue_twice", `${venue} has ${names.game(one)} and ${names.game(other)} on ${day}`, [one, other]);
  });
  return [...wrongPairings(league, names, placements), ...teams, ...venues, ...wrongPhases(league, names, placements)];
}
