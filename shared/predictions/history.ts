/**
 * What is known about teams before a game: their crowds at home season by season, what they draw as visitors, and their
 * records. It is filled in the order of the games, so that nothing later can leak into a feature.
 */
import { isCounted, type PlayedGame } from "./games.ts";

/** A home game that was counted, as its host remembers it. */
export interface Remembered {
  readonly attendance: number;
  /** log(attendance / what the host was known for then). */
  readonly surprise: number;
  /** log of the visitor's own usual crowd; NaN where it is not known. */
  readonly visitor: number;
  readonly kind: Kind;
}

/** Whom a game is against: the own group, another one, or a team of no group. */
export type Kind = "group" | "other" | "outside";

export interface SeasonRecord {
  readonly season: number;
  readonly home: Remembered[];
  wins: number;
  losses: number;
}

export interface TeamRecord {
  readonly seasons: SeasonRecord[];
  group?: string;
  /** The largest crowd at home; 0: none was counted. */
  largest: number;
  /** Where and when the last crowd at home was counted. */
  lastVenue?: string;
  lastDay?: string;
}

/** A season counts for this much of the one after it. Chosen on football 2014 to 2016, as all constants here. */
const recency = 0.35;
/** Home games that a team's group weighs against the team's own. */
const priorGames = 0.2;
/** Games that "no effect" weighs against what was seen of a visitor, or of a pairing. */
const visitorPrior = 4;
const pairingPrior = 1;
/** One strange game says no more than this, in log. */
const largestSurprise = 0.7;

interface Sum {
  sum: number;
  weight: number;
}

function add(sums: Map<string, Sum>, key: string, value: number): void {
  const one = sums.get(key) ?? { sum: 0, weight: 0 };
  one.sum += value;
  one.weight++;
  sums.set(key, one);
}

/** NaN of none. */
export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

export const kindOf = ({ homeGroup, awayGroup }: PlayedGame): Kind =>
  homeGroup === awayGroup ? "group" : awayGroup === undefined ? "outside" : "other";

const pairing = (home: string, away: string) => `${home}\n${away}`;

/** log of a season's mean crowd. */
export const levelOf = (season: SeasonRecord): number =>
  Math.log(mean(season.home.map(({ attendance }) => attendance)));

export class History {
  readonly #teams = new Map<string, TeamRecord>();
  readonly #visitors = new Map<string, Sum>();
  readonly #pairings = new Map<string, Sum>();
  readonly #groups = new Map<string, Sum>();
  readonly #everybody: Sum = { sum: 0, weight: 0 };

  /** Games whose crowd was counted. */
  get counted(): number {
    return this.#everybody.weight;
  }

  team(id: string): TeamRecord | undefined {
    return this.#teams.get(id);
  }

  /** The mean log crowd of a group, drawn towards everybody's; undefined where nothing was ever counted. */
  groupLevel(group: string | undefined): number | undefined {
    if (!this.#everybody.weight) return undefined;
    const level = this.#everybody.sum / this.#everybody.weight;
    const own = this.#groups.get(group ?? "") ?? { sum: 0, weight: 0 };
    return (own.sum + level * 5) / (own.weight + 5);
  }

  /**
   * log of the crowd that a team is known for at home before a season: the mean of its season means by games and
   * recency, drawn towards its group (empirical Bayes; Efron and Morris 1975). In a team's first season, the mean so far.
   */
  base(home: string, season: number, group: string | undefined): number | undefined {
    const level = this.groupLevel(group);
    if (level === undefined) return undefined;
    const counted = this.#teams.get(home)?.seasons.filter((one) => one.home.length && one.season <= season) ?? [];
    const before = counted.filter((one) => one.season < season);
    let [sum, weight] = [level * priorGames, priorGames];
    for (const one of before.length ? before : counted) {
      const games = one.home.length * recency ** (counted.at(-1)!.season - one.season);
      sum += levelOf(one) * games;
      weight += games;
    }
    return sum / weight;
  }

  /** The levels, in log and in order, of all teams that were ever counted at home. */
  levels(): number[] {
    return [...this.#teams.keys()].map((id) => this.sizeOf(id)).filter((level) => !Number.isNaN(level)).sort((a, b) =>
      a - b
    );
  }

  /** log of a team's own usual crowd; NaN where it is not known. */
  sizeOf(id: string): number {
    const team = this.#teams.get(id);
    return team?.largest ? this.base(id, Infinity, team.group)! : NaN;
  }

  /** What a visitor adds to its hosts' crowds, in log, drawn towards nothing. */
  visitorEffect(away: string): number {
    const seen = this.#visitors.get(away);
    return seen ? seen.sum / (seen.weight + visitorPrior) : 0;
  }

  /** The same of one visitor at one host; NaN where they never met there. */
  pairingEffect(home: string, away: string): number {
    const seen = this.#pairings.get(pairing(home, away));
    return seen ? seen.sum / (seen.weight + pairingPrior) : NaN;
  }

  /** Adds a game that was played; `known` is what `base` said before it. */
  record(game: PlayedGame, known: number | undefined): void {
    const visitor = this.sizeOf(game.away);
    const home = this.#teamOf(game.home, game.homeGroup);
    const away = this.#teamOf(game.away, game.awayGroup);
    const ours = seasonOf(home, game.season);
    addResult(game, ours, seasonOf(away, game.season));
    if (!isCounted(game)) return;
    const level = Math.log(game.attendance);
    const surprise = known === undefined ? 0 : level - known;
    ours.home.push({ attendance: game.attendance, surprise, visitor, kind: kindOf(game) });
    home.lastVenue = game.venue;
    home.lastDay = game.day;
    home.largest = Math.max(home.largest, game.attendance);
    add(this.#groups, game.homeGroup ?? "", level);
    this.#everybody.sum += level;
    this.#everybody.weight++;
    const bounded = Math.max(-largestSurprise, Math.min(largestSurprise, surprise));
    add(this.#visitors, game.away, bounded);
    add(this.#pairings, pairing(game.home, game.away), bounded);
  }

  #teamOf(id: string, group: string | undefined): TeamRecord {
    const team = this.#teams.get(id) ?? { seasons: [], largest: 0 };
    team.group = group;
    this.#teams.set(id, team);
    return team;
  }
}

function seasonOf(team: TeamRecord, season: number): SeasonRecord {
  const last = team.seasons.at(-1);
  if (last?.season === season) return last;
  const next: SeasonRecord = { season, home: [], wins: 0, losses: 0 };
  team.seasons.push(next);
  return next;
}

function addResult({ homeScore, awayScore }: PlayedGame, ours: SeasonRecord, theirs: SeasonRecord): void {
  if (homeScore === undefined || awayScore === undefined || homeScore === awayScore) return;
  const [winner, loser] = homeScore > awayScore ? [ours, theirs] : [theirs, ours];
  winner.wins++;
  loser.losses++;
}
