/** Which game goes into which window of a broadcaster, so that the season's windows bring the most. */
import { assign } from "./assignment.ts";

/** One broadcast: a window on one day. */
export interface Slot {
  readonly window: string;
  readonly day: string;
  /** What a game of quality 1 brings in it, in the organization's currency. */
  readonly value: number;
  /** The least quality that the broadcaster takes, 0 to 1. */
  readonly minimumQuality: number;
}

export interface Candidate {
  readonly game: string;
  readonly day: string;
  /** Of the match-up, 0 to 1. */
  readonly quality: number;
  /** A window that it must go to, or null for none at all; absent: any. */
  readonly only?: string | null;
}

export interface Placed {
  readonly slot: Slot;
  /** Null: no game of that day is good enough, or each is worth more elsewhere. */
  readonly game: string | null;
  readonly quality: number | null;
  readonly value: number;
  /** How many games could have gone there. */
  readonly eligible: number;
  /** What the whole would lose without this slot. */
  readonly marginal: number;
}

export interface TvPlan {
  readonly slots: readonly Placed[];
  readonly total: number;
  /** By window: what it brings, how many of its slots are filled, and what the whole would lose without it. */
  readonly windows: readonly { window: string; slots: number; filled: number; value: number; marginal: number }[];
}

/** What a game brings in a slot; undefined where it may not go. */
export const valueIn = (slot: Slot, { day, quality, only }: Candidate): number | undefined =>
  day !== slot.day || quality < slot.minimumQuality || (only !== undefined && only !== slot.window)
    ? undefined
    : slot.value * quality;

const cents = (value: number) => Math.round(value * 100) / 100;

/** The best plan for one day's slots: days do not meddle with one another. */
function bestOf(slots: readonly Slot[], games: readonly Candidate[]): { places: number[]; total: number } {
  const values = slots.map((slot) => games.map((game) => valueIn(slot, game)));
  const places = assign(values);
  return { places, total: places.reduce((sum, game, slot) => sum + (game < 0 ? 0 : values[slot]![game]!), 0) };
}

function planDay(slots: readonly Slot[], games: readonly Candidate[]): Placed[] {
  const { places, total } = bestOf(slots, games);
  return slots.map((slot, place) => {
    const game = places[place]! < 0 ? undefined : games[places[place]!]!;
    const marginal = game ? total - bestOf(slots.filter((other) => other !== slot), games).total : 0;
    const eligible = games.filter((one) => valueIn(slot, one) !== undefined).length;
    const value = game ? valueIn(slot, game)! : 0;
    return {
      slot,
      game: game?.game ?? null,
      quality: game?.quality ?? null,
      value: cents(value),
      eligible,
      marginal: cents(marginal),
    };
  });
}

/** The plan of greatest total value; exact. Of equal ones the same each time, for the same order of slots and games. */
export function planTv(slots: readonly Slot[], games: readonly Candidate[]): TvPlan {
  const byDay = Map.groupBy(games, ({ day }) => day);
  const days = [...Map.groupBy(slots, ({ day }) => day)].sort(([a], [b]) => a < b ? -1 : 1);
  const gamesOf = (day: string) => byDay.get(day) ?? [];
  const placed = days.flatMap(([day, own]) => planDay(own, gamesOf(day)));
  const withoutWindow = (window: string) =>
    days.filter(([, own]) => own.some((slot) => slot.window === window)).reduce((lost, [day, own]) => {
      const rest = own.filter((slot) => slot.window !== window);
      return lost + bestOf(own, gamesOf(day)).total - bestOf(rest, gamesOf(day)).total;
    }, 0);
  const windows = [...Map.groupBy(placed, ({ slot }) => slot.window)].map(([window, own]) => ({
    window,
    slots: own.length,
    filled: own.filter(({ game }) => game !== null).length,
    value: cents(own.reduce((sum, { value }) => sum + value, 0)),
    marginal: cents(withoutWindow(window)),
  }));
  return { slots: placed, total: cents(placed.reduce((sum, { value }) => sum + value, 0)), windows };
}
