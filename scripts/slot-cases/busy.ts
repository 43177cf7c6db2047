import type { Busy, SlotCase } from "./format.ts";

/** Blocked time, in milliseconds since the epoch, half-open. */
export interface Period {
  readonly from: number;
  readonly to: number;
  readonly seats: number;
  /** What it counts against limits: when it starts, without its buffers, and how long it takes. */
  readonly start: number;
  readonly minutes: number;
}

const notBlocking = new Set(["cancelled", "canceled", "rejected", "no_show"]);
const minute = 60_000;

function blocks(busy: Busy, { now, requester }: SlotCase): boolean {
  if (busy.status && notBlocking.has(busy.status.toLowerCase().replace("-", "_"))) return false;
  if (busy.kind !== "hold") return true;
  if (busy.holder && busy.holder === requester) return false;
  return !(now && busy.expires_at && Date.parse(busy.expires_at) <= Date.parse(now));
}

/** What is in the way, each with the buffers of its own. An empty period is in nobody's way. */
export function blockedPeriods(entries: readonly Busy[], of: SlotCase): Period[] {
  return entries.filter((busy) => blocks(busy, of)).map((busy) => ({
    from: Date.parse(busy.start) - (busy.buffer_before_min ?? 0) * minute,
    to: Date.parse(busy.end) + (busy.buffer_after_min ?? 0) * minute,
    seats: busy.seats ?? 1,
    start: Date.parse(busy.start),
    minutes: Math.round((Date.parse(busy.end) - Date.parse(busy.start)) / minute),
  })).filter(({ from, to }) => from < to);
}

/** Whether the periods can be claims on one seat: apart from each other, and none longer than claims may be. */
export function canBeClaims(periods: readonly Period[]): boolean {
  const sorted = [...periods].sort((a, b) => a.from - b.from);
  return sorted.every(({ from, to }, at) =>
    to - from <= 7 * 24 * 60 * minute && (at === 0 || sorted[at - 1]!.to <= from)
  );
}

/**
 * Lays periods out on seats, in order of their starts, each on the seat that has been free for the shortest time: then a
 * seat is free throughout whatever time at no instant of which all are taken. Seats beyond the capacity are taken already.
 */
export function seated(periods: readonly Period[], capacity: number) {
  const freeSince = Array.from({ length: capacity }, () => -Infinity);
  return [...periods].sort((a, b) => a.from - b.from).flatMap(({ from, to, seats }) => {
    const free = freeSince.keys().filter((seat) => freeSince[seat]! <= from).toArray()
      .sort((a, b) => freeSince[b]! - freeSince[a]!);
    return free.slice(0, seats).map((seat) => {
      freeSince[seat] = to;
      return { seat: seat + 1, from, to };
    });
  });
}
