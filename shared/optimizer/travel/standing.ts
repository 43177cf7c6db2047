/**
 * Where a team stands in the middle of a season, in one whole number: the set of opponents it has yet to visit, how
 * many home games it has yet to play, its last opponent, whether that was at home, and how many games in a row.
 * In the set, opponents are numbered without the team itself.
 */
const shift = { homes: 15, last: 19, home: 24, run: 25 };

/** The most teams whose set of opponents fits. */
export const mostTeams = shift.homes + 1;

const nobody = 31;

/** Before the first game, at home. */
export const unplayed = (teams: number): number =>
  (1 << teams - 1) - 1 | teams - 1 << shift.homes | nobody << shift.last | 1 << shift.home;

/** Number of an opponent among those of a team. */
export const among = (team: number, opponent: number): number => opponent > team ? opponent - 1 : opponent;

export const left = (standing: number): number => standing & (1 << shift.homes) - 1;
export const homes = (standing: number): number => standing >> shift.homes & 15;
export const last = (standing: number): number => standing >> shift.last & 31;
export const atHome = (standing: number): boolean => (standing >> shift.home & 1) === 1;
export const run = (standing: number): number => standing >> shift.run;

/** After a home game against `guest`, the `run`th in a row. */
export const hosted = (standing: number, guest: number, run: number): number =>
  left(standing) | homes(standing) - 1 << shift.homes | guest << shift.last | 1 << shift.home | run << shift.run;

/** After a visit to `host`, who is number `number` of the team's opponents. */
export const visited = (standing: number, host: number, number: number, run: number): number =>
  left(standing) ^ 1 << number | homes(standing) << shift.homes | host << shift.last | run << shift.run;
