import fc from "fast-check";
import type { Run, Stretch } from "./wall-clock.ts";

/** Grids read minute by minute, with no ranges: what the database is compared with. Times are minutes since the epoch. */
export interface Question {
  readonly grid: {
    readonly mode: "opening" | "midnight" | "gap" | "optimized";
    readonly round_to_min?: number;
    readonly prefer?: readonly number[];
  };
  readonly runs: readonly Run[];
  readonly zone: readonly Stretch[];
  readonly busy: readonly Run[];
  readonly duration: number;
  readonly interval: number;
  readonly before: number;
  readonly after: number;
  readonly earliest: number;
}

const day = 1440;

export const grids: fc.Arbitrary<Question["grid"]> = fc.oneof(
  fc.constant({ mode: "opening" as const }),
  fc.constant({ mode: "midnight" as const }),
  fc.record({
    mode: fc.constant("gap" as const),
    round_to_min: fc.constantFrom(1, 5, 15, 20, 30, 45, 60, 70, 240),
  }),
  fc.record({
    mode: fc.constant("optimized" as const),
    prefer: fc.array(fc.constantFrom(5, 10, 15, 20, 30, 60, 90), { maxLength: 3 }),
  }),
);

export interface Clock {
  /** What a wall clock reads, in minutes of its day. */
  readonly reading: (at: number) => number;
  /** The first minute of the local date. */
  readonly dayBegin: (at: number) => number;
}

/** The wall clock of stretches of constant offset. */
export function clockOf(zone: readonly Stretch[]): Clock {
  const local = new Map<number, number>();
  const firsts = new Map<number, number>();
  for (const { from, to, offset } of zone) {
    for (let at = from; at < to; at++) {
      local.set(at, at + offset);
      const date = Math.floor((at + offset) / day);
      if (!firsts.has(date)) firsts.set(date, at);
    }
  }
  return {
    reading: (at) => local.get(at)! % day,
    dayBegin: (at) => firsts.get(Math.floor(local.get(at)! / day))!,
  };
}

/** The stretches of an open run in which nothing is taken, buffers left on both sides. */
function gapsOf([opens, closes]: Run, { busy, before, after, earliest }: Question): Run[] {
  const gaps: [number, number][] = [];
  for (let at = Math.max(opens, earliest); at < closes; at++) {
    if (busy.some(([from, to]) => at >= from - after && at < to + before)) continue;
    const last = gaps.at(-1);
    if (last?.[1] === at) last[1] = at + 1;
    else gaps.push([at, at + 1]);
  }
  return gaps;
}

function series(from: number, until: number, { duration, interval }: Question): number[] {
  const starts: number[] = [];
  for (let at = from; at + duration <= until; at += interval) starts.push(at);
  return starts;
}

function inGap([from, until]: Run, clock: Clock, question: Question): number[] {
  const boundary = (minutes: number) => {
    let at = from;
    while (at < until && clock.reading(at) % minutes !== 0) at++;
    return at;
  };
  if (question.grid.mode === "gap") return series(boundary(question.grid.round_to_min!), until, question);
  const unmoved = series(from, until, question);
  for (const minutes of question.grid.prefer ?? []) {
    const moved = series(boundary(minutes), until, question);
    if (moved.length === unmoved.length) return moved;
  }
  return unmoved;
}

/** The starts on a grid of whatever kind. */
export function startsOn(question: Question): number[] {
  const { grid, runs, busy, duration, interval, before, after, earliest } = question;
  const clock = clockOf(question.zone);
  if (grid.mode === "gap" || grid.mode === "optimized") {
    return runs.flatMap((run) => gapsOf(run, question)).flatMap((gap) => inGap(gap, clock, question));
  }
  return runs.flatMap(([opens, closes]) => {
    const every = grid.mode === "opening"
      ? series(opens, closes, question)
      : series(opens, closes, { ...question, interval: 1 }).filter((at) => (at - clock.dayBegin(at)) % interval === 0);
    return every.filter((at) =>
      at >= earliest && busy.every(([from, to]) => to <= at - before || from >= at + duration + after)
    );
  });
}
