/** What the constraint types of RobinX (and so of ITC 2021) have in common. */
import type { State } from "../engine/state.ts";
import type { ConstraintDefinition, LeagueIndex, TermHead, Violation } from "./definition.ts";
import type { Term } from "../engine/terms.ts";

/** Home games, away games, or both. */
export type Mode = "H" | "A" | "HA";

type Schema = Record<string, unknown>;

export const teamsSchema: Schema = {
  type: "array",
  items: { type: "string", minLength: 1 },
  minItems: 1,
  description: "Ids of teams",
};
export const roundsSchema: Schema = {
  type: "array",
  items: { type: "integer" },
  minItems: 1,
  description: "Numbers of rounds; all when left out",
};
export const modeSchema: Schema = { enum: ["H", "A", "HA"], description: "Home games, away games, or both" };
export const minSchema: Schema = { type: "integer", minimum: 0, description: "At least so many; 0 when left out" };
export const maxSchema: Schema = { type: "integer", minimum: 0, description: "At most so many" };
export const compareSchema: Schema = {
  enum: ["LEQ", "EQ"],
  description: "At most so many (when left out), or exactly",
};

/** An object with these properties and no others. */
export function parameters(properties: Schema, required: readonly string[]): Schema {
  return { type: "object", properties, required: [...required], additionalProperties: false };
}

/** Slots of a list of round numbers; all when there is none. */
export function slotsOf(league: LeagueIndex, rounds?: readonly number[]): number[] {
  return rounds ? [...new Set(rounds.map((round) => league.slot(round)))] : [...Array(league.slots).keys()];
}

/** Indexes of a list of team ids; all when there is none. */
export function teamsOf(league: LeagueIndex, ids?: readonly string[]): number[] {
  return ids ? [...new Set(ids.map((id) => league.team(id)))] : [...Array(league.teams).keys()];
}

/** What a mode calls its games. */
export function gamesOf(mode: Mode): string {
  return mode === "H" ? "home games" : mode === "A" ? "away games" : "games";
}

/** Whether games at home (or away) count. */
export function includes(mode: Mode, home: boolean): boolean {
  return mode === "HA" || (mode === "H") === home;
}

/** "between 1 and 3", "at most 3". */
export function bounds(min: number | undefined, max: number): string {
  return min ? `between ${min} and ${max}` : `at most ${max}`;
}

/** Names in running text; only the first ones of a long list. */
export function listed(names: readonly string[], most = 4): string {
  if (names.length > most) return `${names.slice(0, most).join(", ")} and ${names.length - most} others`;
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

/** "in round 7", "in 12 rounds". */
export function inSlots(league: LeagueIndex, slots: readonly number[]): string {
  return slots.length > 6 ? `in ${slots.length} rounds` : `in ${listed(slots.map((slot) => league.slotName(slot)), 6)}`;
}

/** A game as it stands in a schedule. */
export interface Game {
  readonly home: number;
  readonly away: number;
  readonly slot: number;
}

/** One thing that a constraint asks: its term, and how its violation reads. */
export interface Demand {
  readonly term: Term;
  explain(state: State, deviation: number): string;
}

/** A constraint type whose demands explain themselves; a term says by `part` which demand it is. */
export function robinxType<P>(
  spec: Omit<ConstraintDefinition<P>, "compile" | "explain"> & {
    demands(params: P, league: LeagueIndex, head: TermHead): Demand[];
  },
): ConstraintDefinition<P> {
  const { demands, ...rest } = spec;
  return {
    ...rest,
    compile: (params, league, head) => demands(params, league, head).map(({ term }, part) => ({ ...term, part })),
    explain(params, league, state, violations: readonly Violation[]) {
      const head = { constraint: violations[0]?.term.constraint ?? 0, weight: 1, hard: false };
      const parts = demands(params, league, head);
      return violations.map(({ term, deviation }) =>
        parts[(term as Term & { part: number }).part]!.explain(state, deviation)
      );
    },
  };
}
