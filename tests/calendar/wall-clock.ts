/** An opening window of a resource: ISO weekdays, minutes of the day; `closes` beyond 1440 is on the next day. */
export interface Rule {
  readonly weekdays: readonly number[];
  readonly opens: number;
  readonly closes: number;
}

/** A stretch of constant offset from UTC, in minutes since the epoch. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly offset: number;
}

/** Half-open, in minutes since the epoch. */
export type Run = readonly [number, number];

const day = 1440;
const minute = 60_000;

export const minuteOf = (instant: string): number => Date.parse(instant) / minute;

/** The offsets of a zone as Temporal knows them. */
export function stretches(zone: string, from: number, to: number): Stretch[] {
  const found: Stretch[] = [];
  let at = Temporal.Instant.fromEpochMilliseconds(from * minute).toZonedDateTimeISO(zone);
  for (let since = from; since < to;) {
    const next = at.getTimeZoneTransition("next");
    const until = Math.min(next ? next.epochMilliseconds / minute : Infinity, to);
    found.push({ from: since, to: until, offset: at.offsetNanoseconds / 60e9 });
    if (!next) break;
    since = until;
    at = next;
  }
  return found;
}

const floorMod = (value: number, by: number): number => ((value % by) + by) % by;

/** 1970-01-01 was a Thursday. */
const weekdayOf = (date: number): number => floorMod(date + 3, 7) + 1;

/** Whether a wall clock that reads `minutes` since 1970-01-01 00:00 stands in a window: of its date, or of the night before. */
export function isOpen(rules: readonly Rule[], minutes: number): boolean {
  const date = Math.floor(minutes / day);
  const time = minutes - date * day;
  return rules.some(({ weekdays, opens, closes }) =>
    (weekdays.includes(weekdayOf(date)) && time >= opens && time < closes) ||
    (weekdays.includes(weekdayOf(date - 1)) && time + day < closes)
  );
}

/**
 * When a resource is open, by reading the clock at the beginning of each step: no ranges, no arithmetic of windows.
 *
 * @param step - minutes between readings; windows and offsets must be multiples of it
 */
export function openRuns(rules: readonly Rule[], zone: readonly Stretch[], step: number): Run[] {
  const runs: [number, number][] = [];
  let last: [number, number] | undefined;
  for (const { from, to, offset } of zone) {
    for (let at = from; at < to; at += step) {
      if (!isOpen(rules, at + offset)) continue;
      if (last?.[1] === at) last[1] = at + step;
      else runs.push(last = [at, at + step]);
    }
  }
  return runs;
}
