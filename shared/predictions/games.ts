/**
 * What the model of attendance is told about a game. Nothing here comes from a database or a file: the caller turns
 * rows into these, so that the same code serves the function `scheduling`, the bench and the tests.
 */

/** A game that is to be predicted, or was played. Every id is the caller's. */
export interface Game {
  readonly id: string;
  /** Seasons in order; the caller numbers them (a calendar year will do). */
  readonly season: number;
  /** The day in the venue's own zone, `YYYY-MM-DD`. */
  readonly day: string;
  /** Minutes after midnight in the venue's own zone; absent when it is not decided. */
  readonly minute?: number;
  readonly home: string;
  readonly away: string;
  /** Conference or division; absent for a team from outside (FCS, non-division). */
  readonly homeGroup?: string;
  readonly awayGroup?: string;
  readonly venue?: string;
  /** Spectators the venue holds. */
  readonly capacity?: number;
  readonly neutral?: boolean;
  /** Miles between the two teams' homes. */
  readonly miles?: number;
}

/** A game that was played: what it adds to the history. */
export interface PlayedGame extends Game {
  /** Spectators counted; absent when nobody did. A zero is taken as not counted. */
  readonly attendance?: number;
  readonly homeScore?: number;
  readonly awayScore?: number;
}

const dayLength = 86_400_000;

/** Days since 1970-01-01. */
export const dayNumber = (day: string): number => Math.round(Date.parse(`${day.slice(0, 10)}T00:00:00Z`) / dayLength);

/** 0 is Sunday. */
export const weekdayOf = (day: string): number => (dayNumber(day) + 4) % 7;

/** True where the game counts towards a home team's attendance. */
export const isCounted = (game: PlayedGame): game is PlayedGame & { attendance: number } =>
  game.attendance !== undefined && game.attendance > 0 && !game.neutral;

/** A place on earth, in degrees. */
export interface Place {
  readonly latitude?: number;
  readonly longitude?: number;
}

const radians = Math.PI / 180;
const earthMiles = 3958.8;

/** Great-circle miles between two places (haversine); undefined where one is not known. */
export function milesBetween(one: Place, other: Place): number | undefined {
  if ([one.latitude, one.longitude, other.latitude, other.longitude].some((degrees) => degrees === undefined)) {
    return undefined;
  }
  const half = (a: number, b: number) => Math.sin((b - a) * radians / 2) ** 2;
  const chord = half(one.latitude!, other.latitude!) +
    Math.cos(one.latitude! * radians) * Math.cos(other.latitude! * radians) * half(one.longitude!, other.longitude!);
  return 2 * earthMiles * Math.asin(Math.sqrt(chord));
}
