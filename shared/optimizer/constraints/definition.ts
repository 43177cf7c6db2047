/** What a constraint type is: how its parameters are checked, what it compiles to, and how a violation reads. */
import type { Term } from "../engine/terms.ts";
import type { State } from "../engine/state.ts";

/** What a constraint's `compile` and `explain` know of the league. Ids are the caller's; indexes count from 0. */
export interface LeagueIndex {
  readonly teams: number;
  readonly slots: number;
  /** Index of a team; throws {@link UnknownReference}. */
  team(id: string): number;
  /** Index of the slot of a round number; throws {@link UnknownReference}. */
  slot(round: number): number;
  teamName(team: number): string;
  /** "round 7", with its date where the league has dates. */
  slotName(slot: number): string;
  /** Miles between the places of two teams. */
  distance(from: number, to: number): number;
  /** Day of a slot, counted from the first one. */
  day(slot: number): number;
  /** Slots whose date lies within two ISO days, both included; empty where the league has no dates. */
  slotsBetween(from: string, to: string): number[];
  /** Slot of an ISO day, or -1. */
  slotOn(date: string): number;
  venueOf(team: number): string | undefined;
  divisionOf(team: number): string | undefined;
}

/** A parameter names a team or a round that the league does not have. */
export class UnknownReference extends Error {
  override name = "UnknownReference";
}

/** Weight and hardness of the constraint that is being compiled, and its index: copied into each of its terms. */
export interface TermHead {
  readonly constraint: number;
  readonly weight: number;
  readonly hard: boolean;
}

/** A term of a constraint that is not kept, and by how much. */
export interface Violation {
  readonly term: Term;
  readonly deviation: number;
}

/** One constraint type of the catalogue. `P` are its parameters as `schema` describes them. */
export interface ConstraintDefinition<P = unknown> {
  /** Stable snake_case name, as callers write it. */
  readonly type: string;
  readonly title: string;
  readonly description: string;
  /** JSON Schema (2020-12) of the parameters. */
  readonly schema: Record<string, unknown>;
  /** Parameters that are valid by `schema`, and what they say in a sentence. */
  readonly example: { readonly params: P; readonly says: string };
  compile(params: P, league: LeagueIndex, head: TermHead): Term[];
  /** One sentence a violation, for a person: "Kansas plays three away games in a row in rounds 6-8". */
  explain(params: P, league: LeagueIndex, state: State, violations: readonly Violation[]): string[];
}
