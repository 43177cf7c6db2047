import type { State } from "../engine/state.ts";
import type { Term } from "../engine/terms.ts";
import type { Season } from "../season.ts";
import type { ConstraintDefinition, LeagueIndex, TermHead, Violation } from "./definition.ts";
import type { JsonSchema } from "./schemas.ts";
import { Wording } from "./wording.ts";

/** A violation as people read it, and where it is: indexes of teams and slots. */
export interface Finding {
  text: string;
  deviation: number;
  teams: readonly number[];
  slots: readonly number[];
}

/** What all constraint types of conferences say about themselves. */
export interface TypeSpec<Params> {
  type: string;
  title: string;
  description: string;
  /** What one unit of deviation is. */
  penalty: string;
  schema: JsonSchema;
  example: { params: Params; says: string };
}

/** A type that says of each violation where it is. */
export interface ConferenceDefinition<Params> extends ConstraintDefinition<Params> {
  readonly penalty: string;
  findings(params: Params, season: Season, state: State, violations: readonly Violation[]): Finding[];
}

/** How a term of the type is made, and what its violations are called. */
interface Behaviour<Params> {
  compile(params: Params, season: Season, head: TermHead): Term[];
  find(params: Params, words: Wording, state: State, violation: Violation): Finding[];
}

/** `compileLeague` gives every type a Season, which knows more than the types of other leagues ask for. */
const seasonOf = (league: LeagueIndex) => league as Season;

/** A definition whose sentences are those of its findings. */
export function conferenceType<Params>(
  spec: TypeSpec<Params>,
  behaviour: Behaviour<Params>,
): ConferenceDefinition<Params> {
  const findings = (params: Params, season: Season, state: State, violations: readonly Violation[]) => {
    const words = new Wording(season);
    return violations.flatMap((violation) => behaviour.find(params, words, state, violation));
  };
  return {
    type: spec.type,
    title: spec.title,
    description: spec.description,
    penalty: spec.penalty,
    schema: spec.schema,
    example: spec.example,
    compile: (params, league, head) => behaviour.compile(params, seasonOf(league), head),
    explain: (params, league, state, violations) =>
      findings(params, seasonOf(league), state, violations).map(({ text }) => text),
    findings,
  };
}
