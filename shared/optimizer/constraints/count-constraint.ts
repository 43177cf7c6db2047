import { gameCell } from "../engine/problem.ts";
import type { State } from "../engine/state.ts";
import type { CountTerm } from "../engine/terms.ts";
import type { TermHead } from "./definition.ts";
import type { Season } from "../season.ts";
import { type ConferenceDefinition, conferenceType, type Finding, type TypeSpec } from "./conference.ts";
import type { Wording } from "./wording.ts";

/** Games whose number has bounds. */
export interface Counter {
  /** Whether the game `home` against `away` in `slot` counts. */
  counts(home: number, away: number, slot: number): boolean;
  min?: number;
  max?: number;
  /** The sentence when `count` is out of bounds; `games` are those that count. With `max` 0 there is one a game. */
  say(words: Wording, count: number, games: readonly CountedGame[]): string;
  /** Teams it is about when no game counts. */
  teams: readonly number[];
  /** Slots it is about when no game counts. */
  slots?: readonly number[];
}

/** A game that counted. */
export interface CountedGame {
  home: number;
  away: number;
  slot: number;
}

/** A type that counts games. */
export interface CountSpec<Params> extends TypeSpec<Params> {
  counters(season: Season, params: Params): Counter[];
}

function cellsOf(season: Season, counter: Counter): Int32Array {
  const cells: number[] = [];
  const met = new Set<number>();
  for (let game = 0; game < season.games; game++) {
    const [one, other] = [season.home[game]!, season.away[game]!];
    met.add(one * season.teams + other).add(other * season.teams + one);
  }
  for (const pair of met) {
    const [home, away] = [Math.floor(pair / season.teams), pair % season.teams];
    for (let slot = 0; slot < season.slots; slot++) {
      if (counter.counts(home, away, slot)) cells.push(gameCell(season, home, away, slot));
    }
  }
  return Int32Array.from(cells);
}

interface CounterTerm extends CountTerm {
  readonly counter: Counter;
}

/** A counter whose cells no game can reach, and that asks for none, is left out. */
function termOf(season: Season, counter: Counter, head: TermHead): CounterTerm[] {
  const games = cellsOf(season, counter);
  if (games.length === 0 && !counter.min) return [];
  return [{ ...head, kind: "count", games, min: counter.min, max: counter.max, counter }];
}

/** The games of a state that a counter counts, in the order of slots. */
const counted = (state: State, counter: Counter): CountedGame[] =>
  state.games().filter(({ home, away, slot }) => counter.counts(home, away, slot));

function finding(counter: Counter, words: Wording, deviation: number, games: CountedGame[]): Finding {
  const teams = new Set(counter.teams);
  if (teams.size === 0) { for (const { home, away } of games) teams.add(home).add(away); }
  const slots = games.length ? [...new Set(games.map(({ slot }) => slot))] : counter.slots ?? [];
  return { text: counter.say(words, games.length, games), deviation, teams: [...teams], slots };
}

/** A constraint type that counts games over teams and slots. */
export function countConstraint<Params>(spec: CountSpec<Params>): ConferenceDefinition<Params> {
  return conferenceType(spec, {
    compile: (params, season, head) =>
      spec.counters(season, params).flatMap((counter) => termOf(season, counter, head)),
    find(_params, words, state, { term, deviation }) {
      const { counter } = term as CounterTerm;
      const games = counted(state, counter);
      if (counter.max === 0) return games.map((game) => finding(counter, words, 1, [game]));
      return [finding(counter, words, deviation, games)];
    },
  });
}
