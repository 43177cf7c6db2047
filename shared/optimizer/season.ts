import type { LeagueIndex } from "./constraints/definition.ts";
import { dayNumber, dayText, weekdayOf } from "./days.ts";
import { distanceMatrix } from "./distances.ts";
import type { League, LeagueRound } from "./league.ts";
import { LeagueError } from "./league-error.ts";

function indexed<Key extends string | number>(keys: readonly Key[], what: string): (key: Key) => number {
  const found = new Map(keys.map((key, index) => [key, index]));
  if (found.size < keys.length) throw new LeagueError("duplicate", `a ${what} is there twice`);
  return (key) => {
    const index = found.get(key);
    if (index === undefined) throw new LeagueError("unknown", `there is no ${what} ${key}`);
    return index;
  };
}

function slotDays(rounds: readonly LeagueRound[]): { dated: boolean; days: Int32Array } {
  const dated = rounds.length > 0 && rounds.every(({ date }) => date !== undefined);
  if (!dated && rounds.some(({ date }) => date !== undefined)) {
    throw new LeagueError("invalid_rounds", "rounds have dates all or none");
  }
  const days = Int32Array.from(rounds, ({ date }, slot) => dated ? dayNumber(date!) : slot * 7);
  for (let slot = 1; slot < rounds.length; slot++) {
    if (rounds[slot]!.number <= rounds[slot - 1]!.number || days[slot]! < days[slot - 1]!) {
      throw new LeagueError("invalid_rounds", "rounds ascend by number and by date");
    }
  }
  return { dated, days };
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** A league in numbers: teams, rounds (slots) and matchups (games) are indexes from 0. */
export class Season implements LeagueIndex {
  readonly teams: number;
  readonly slots: number;
  readonly games: number;
  /** Sides of each matchup as given. */
  readonly home: Int16Array;
  readonly away: Int16Array;
  /** Matchups of each team. */
  readonly teamGames: readonly (readonly number[])[];
  /** Whether rounds have dates. */
  readonly dated: boolean;
  /** Days since 1970-01-01 of each slot; without dates they are a week apart. */
  readonly days: Int32Array;
  /** Miles from team to team, `from * teams + to`. */
  readonly miles: Float64Array;
  /** Games of each slot, where rounds say it. */
  readonly slotGames?: readonly number[];
  readonly team: (id: string) => number;
  readonly slot: (round: number) => number;

  /** Throws a LeagueError for what is no league: unknown teams, a team against itself, rounds out of order, too few rounds. */
  constructor(readonly league: League) {
    const { teams, rounds, matchups } = league;
    this.teams = teams.length;
    this.slots = rounds.length;
    this.games = matchups.length;
    this.team = indexed(teams.map(({ id }) => id), "team");
    this.slot = indexed(rounds.map(({ number }) => number), "round");
    this.home = Int16Array.from(matchups, ({ home }) => this.team(home));
    this.away = Int16Array.from(matchups, ({ away }) => this.team(away));
    const { dated, days } = slotDays(rounds);
    this.dated = dated;
    this.days = days;
    if (rounds.length && rounds.every(({ games }) => games !== undefined)) {
      this.slotGames = rounds.map(({ games }) => games!);
    }
    this.miles = distanceMatrix(teams, league.distances);
    this.teamGames = this.gamesByTeam();
  }

  private gamesByTeam(): number[][] {
    const list: number[][] = this.league.teams.map(() => []);
    for (let game = 0; game < this.games; game++) {
      const [home, away] = [this.home[game]!, this.away[game]!];
      if (home === away) throw new LeagueError("invalid_matchup", `${this.teamName(home)} cannot play itself`);
      list[home]!.push(game);
      list[away]!.push(game);
    }
    const crowded = list.findIndex((games) => games.length > this.slots);
    if (crowded >= 0) {
      const count = list[crowded]!.length;
      throw new LeagueError("too_few_rounds", `${this.teamName(crowded)} has ${count} games in ${this.slots} rounds`);
    }
    return list;
  }

  teamName(team: number): string {
    return this.league.teams[team]!.name;
  }

  /** How often two teams meet. */
  meetings(one: number, other: number): number {
    return this.teamGames[one]!.filter((game) => this.home[game] === other || this.away[game] === other).length;
  }

  roundNumber(slot: number): number {
    return this.league.rounds[slot]!.number;
  }

  /** `6 Jan`. */
  dayName(slot: number): string {
    const [, month, date] = dayText(this.days[slot]!).split("-");
    return `${Number(date)} ${months[Number(month) - 1]}`;
  }

  slotName(slot: number): string {
    return `round ${this.roundNumber(slot)}${this.dated ? ` (${this.dayName(slot)})` : ""}`;
  }

  distance(from: number, to: number): number {
    return this.miles[from * this.teams + to]!;
  }

  day(slot: number): number {
    return this.days[slot]! - this.days[0]!;
  }

  /** 0 for Sunday to 6 for Saturday. */
  weekday(slot: number): number {
    return weekdayOf(this.days[slot]!);
  }

  /** `2026-01` of a slot. */
  month(slot: number): string {
    return dayText(this.days[slot]!).slice(0, 7);
  }

  slotsBetween(from: string, to: string): number[] {
    if (!this.dated) return [];
    const [first, last] = [dayNumber(from), dayNumber(to)];
    return Array.from(this.days.keys()).filter((slot) => this.days[slot]! >= first && this.days[slot]! <= last);
  }

  slotOn(date: string): number {
    return this.dated ? this.days.indexOf(dayNumber(date)) : -1;
  }

  venueOf(team: number): string | undefined {
    return this.league.teams[team]!.venue;
  }

  divisionOf(team: number): string | undefined {
    return this.league.teams[team]!.division;
  }
}
