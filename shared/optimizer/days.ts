import { LeagueError } from "./league-error.ts";

const isoDay = /^\d{4}-\d{2}-\d{2}$/;

/** Days since 1970-01-01 of an ISO day. */
export function dayNumber(date: string): number {
  const time = isoDay.test(date) ? Date.parse(`${date}T00:00:00Z`) : NaN;
  if (Number.isNaN(time) || dayText(Math.round(time / 86_400_000)) !== date) {
    throw new LeagueError("invalid_date", `${date} is no ISO day`);
  }
  return Math.round(time / 86_400_000);
}

/** ISO day of a day number. */
export const dayText = (day: number): string => new Date(day * 86_400_000).toISOString().slice(0, 10);

/** 0 for Sunday to 6 for Saturday. */
export const weekdayOf = (day: number): number => (((day + 4) % 7) + 7) % 7;
