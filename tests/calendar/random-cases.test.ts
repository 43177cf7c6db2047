import assert from "node:assert/strict";
import fc from "fast-check";
import type { SlotCase } from "../../scripts/slot-cases/format.ts";
import { runCases } from "../../scripts/slot-cases/run.ts";
import { engine, withDatabase } from "./database.ts";
import { grids, startsOn } from "./grids.ts";
import { type Run, type Stretch, stretches } from "./wall-clock.ts";

const weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const day = 1440;
const iso = (minute: number) => new Date(minute * 60_000).toISOString();
const clock = (minute: number) =>
  `${`${Math.floor(minute / 60)}`.padStart(2, "0")}:${`${minute % 60}`.padStart(2, "0")}`;
const minutesOf = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
const dateOf = (date: number) => iso(date * day).slice(0, 10);

const aWindow = fc.tuple(fc.integer({ min: 0, max: 95 }), fc.integer({ min: 1, max: 60 })).map(([start, length]) => {
  const end = (start + length) * 15;
  return [clock(start * 15), end === day ? "24:00" : clock(end % day)] as [string, string];
});
const windows = fc.uniqueArray(aWindow, { maxLength: 3, selector: ([opens]) => opens });
/** Weeks in which the clocks of these zones change, as days since 1970. */
const weeks = [
  "2026-03-08",
  "2026-03-29",
  "2026-04-05",
  "2026-09-06",
  "2026-10-04",
  "2026-10-25",
  "2026-11-01",
  "2026-06-10",
]
  .map((date) => Date.parse(date) / 86_400_000);

const cases = fc.record({
  zone: fc.constantFrom(
    "America/New_York",
    "Europe/Berlin",
    "America/Santiago",
    "Australia/Lord_Howe",
    "America/Havana",
    "Atlantic/Azores",
    "Pacific/Chatham",
    "Antarctica/Troll",
    "Asia/Kathmandu",
    "Asia/Kolkata",
  ),
  monday: fc.constantFrom(...weeks),
  weekly: fc.array(windows, { minLength: 7, maxLength: 7 }),
  overrides: fc.uniqueArray(fc.tuple(fc.integer({ min: -3, max: 4 }), windows), {
    maxLength: 3,
    selector: ([at]) => at,
  }),
  busy: fc.array(
    fc.record({
      at: fc.integer({ min: -day, max: 4 * day }),
      minutes: fc.integer({ min: 1, max: 400 }),
      before: fc.constantFrom(0, 0, 10),
      after: fc.constantFrom(0, 0, 25),
      status: fc.constantFrom("booked", "pending", "cancelled", "no_show", "rejected"),
    }),
    { maxLength: 6 },
  ),
  duration: fc.constantFrom(15, 30, 50, 60, 90, 200),
  interval: fc.constantFrom(10, 15, 30, 40, 60),
  buffers: fc.tuple(fc.constantFrom(0, 0, 15, 45), fc.constantFrom(0, 0, 20)),
  notice: fc.option(fc.tuple(fc.integer({ min: -day, max: 2 * day }), fc.constantFrom(0, 30, 600))),
  grid: grids,
  limits: fc.option(fc.dictionary(
    fc.constantFrom("max_bookings_per_day", "max_minutes_per_day", "max_bookings_per_week", "max_minutes_per_month"),
    fc.constantFrom(1, 2, 3, 120, 300, 600),
    { maxKeys: 2 },
  )),
  query: fc.tuple(fc.integer({ min: -day, max: day }), fc.integer({ min: 30, max: 3 * day })),
});
type Drawn = typeof cases extends fc.Arbitrary<infer T> ? T : never;

/** Open minutes by reading the clock: an override owns its date, and whatever begins on it. */
function openRuns(drawn: Drawn, zone: readonly Stretch[]): Run[] {
  const overridden = new Map(drawn.overrides.map(([at, list]) => [drawn.monday + at, list]));
  const windowsOf = (date: number) => overridden.get(date) ?? drawn.weekly[((date + 3) % 7 + 7) % 7]!;
  const within = (list: readonly (readonly [string, string])[], minute: number) =>
    list.some(([opens, closes]) => {
      const from = minutesOf(opens);
      const to = minutesOf(closes) <= from ? minutesOf(closes) + day : minutesOf(closes);
      return minute >= from && minute < to;
    });
  const runs: [number, number][] = [];
  for (const { from, to, offset } of zone) {
    for (let at = from; at < to; at++) {
      const date = Math.floor((at + offset) / day);
      const minute = at + offset - date * day;
      const open = within(windowsOf(date), minute) ||
        (!overridden.has(date) && within(windowsOf(date - 1), minute + day));
      if (!open) continue;
      const last = runs.at(-1);
      if (last?.[1] === at) last[1] = at + 1;
      else runs.push([at, at + 1]);
    }
  }
  return runs;
}

const periodOf = (date: number, period: string): string =>
  period === "day"
    ? dateOf(date)
    : period === "week"
    ? dateOf(date - ((date + 3) % 7 + 7) % 7)
    : dateOf(date).slice(0, 7);

function expected(drawn: Drawn, from: number, to: number): string[] {
  const base = drawn.monday * day;
  const zone = stretches(drawn.zone, from - 8 * day, to + 8 * day);
  const runs = openRuns(drawn, zone);
  const blocking = drawn.busy.filter(({ status }) => status === "booked" || status === "pending");
  const busy = blocking.map(({ at, minutes, before, after }) =>
    [base + at - before, base + at + minutes + after] as const
  );
  const earliest = drawn.notice ? base + drawn.notice[0] + drawn.notice[1] : -Infinity;
  const question = {
    grid: drawn.grid,
    runs,
    zone,
    busy,
    duration: drawn.duration,
    interval: drawn.interval,
    before: drawn.buffers[0],
    after: drawn.buffers[1],
    earliest,
  };
  const dateAt = (at: number) => {
    const { offset } = zone.find((stretch) => at >= stretch.from && at < stretch.to)!;
    return Math.floor((at + offset) / day);
  };
  const limited = (at: number) =>
    Object.entries(drawn.limits ?? {}).some(([name, maximum]) => {
      const [, unit, , period] = name.split("_");
      const of = (minute: number) => periodOf(dateAt(minute), period!);
      const minutes = (length: number) => unit === "minutes" ? length : 1;
      const used = blocking.filter((one) => of(base + one.at) === of(at)).map((one) => minutes(one.minutes));
      return used.reduce((sum, one) => sum + one, minutes(drawn.duration)) > maximum;
    });
  return startsOn(question).filter((at) => at >= from && at < to && !limited(at)).map(iso);
}

function caseOf(drawn: Drawn, id: string): SlotCase {
  const base = drawn.monday * day;
  const [from, to] = [base + drawn.query[0], base + drawn.query[0] + drawn.query[1]];
  return {
    id,
    name: drawn.zone,
    tags: [],
    grid: { ...drawn.grid, prefer: drawn.grid.prefer?.slice() },
    timezone: drawn.zone,
    working_hours: {
      weekly: Object.fromEntries(drawn.weekly.map((list, at) => [weekdays[at]!, list])),
      overrides: Object.fromEntries(drawn.overrides.map(([at, list]) => [dateOf(drawn.monday + at), list])),
    },
    duration_min: drawn.duration,
    interval_min: drawn.interval,
    buffer_before_min: drawn.buffers[0],
    buffer_after_min: drawn.buffers[1],
    min_notice_min: drawn.notice?.[1],
    now: drawn.notice && iso(base + drawn.notice[0]),
    limits: drawn.limits,
    busy: drawn.busy.map(({ at, minutes, before, after, status }) => ({
      start: iso(base + at),
      end: iso(base + at + minutes),
      buffer_before_min: before,
      buffer_after_min: after,
      status,
    })),
    query: { from: iso(from), to: iso(to) },
    expected: expected(drawn, from, to),
  };
}

/** Where a run lasts longer than a week its grid is a matter of convention: weeks as dense as that are left out. */
const isDense = (drawn: Drawn) =>
  openRuns(drawn, stretches(drawn.zone, (drawn.monday - 10) * day, (drawn.monday + 13) * day)).some(([a, b]) =>
    b - a > 7 * day
  );

Deno.test("slots of random calendars on every grid, limits and all, around changes of the clock are those that a minute-by-minute reading gives", async () => {
  const drawn = fc.sample(cases, { numRuns: engine === "native" ? 300 : 60, seed: 20261120 }).filter((one) =>
    !isDense(one)
  );
  const read = drawn.map((one, at) => ({ id: `R${at}`, case: caseOf(one, `R${at}`) }));
  await withDatabase(async (db) => {
    const outcomes = await runCases(db, read);
    const failures = outcomes.filter(({ result }) => result !== "passed");
    assert.deepEqual(failures.map(({ id, name, notes }) => `${id} ${name}: ${notes.join("; ")}`), []);
  });
  const slots = read.reduce((sum, one) => sum + one.case.expected.length, 0);
  console.log(`${read.length} calendars, ${slots} slots`);
  assert.ok(slots > 5 * read.length);
});
