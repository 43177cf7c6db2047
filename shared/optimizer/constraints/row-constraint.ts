import type { RowTerm } from "../engine/terms.ts";
import type { Season } from "../season.ts";
import { type ConferenceDefinition, conferenceType, type Finding, type TypeSpec } from "./conference.ts";
import { teamsOf } from "./selection.ts";
import { emptyRow, readRow, sharedRow, type TeamRow } from "./team-row.ts";
import type { Wording } from "./wording.ts";

/** Tells a deviation in the slots `from` to `to`; `detail` is a number for the sentence. */
export type Report = (deviation: number, from: number, to: number, detail: number) => void;

/** What was reported of a row. */
export interface RowFinding {
  row: TeamRow;
  team: number;
  deviation: number;
  from: number;
  to: number;
  detail: number;
}

/** A type that judges each team's games by themselves: the same `measure` gives the penalty and what is told. */
export interface RowSpec<Params> extends TypeSpec<Params> {
  measure(season: Season, params: Params): (row: TeamRow, report: Report) => void;
  say(words: Wording, params: Params): (finding: RowFinding) => string;
}

/** Deviations are whole: a started unit counts. */
const whole = (deviation: number) => Math.ceil(deviation - 1e-9);

/** A constraint type over the rows of teams; `teams` of its parameters says which. */
export function rowConstraint<Params extends { teams?: string[] }>(
  spec: RowSpec<Params>,
): ConferenceDefinition<Params> {
  return conferenceType(spec, {
    compile(params, season, head) {
      const measure = spec.measure(season, params);
      let sum = 0;
      const add: Report = (deviation) => {
        sum += whole(deviation);
      };
      return teamsOf(season, params.teams).map((team): RowTerm => {
        const row = sharedRow(season, team);
        return {
          ...head,
          kind: "row",
          team,
          row: (cells, from, reading = NaN) => {
            if (row.reading !== reading) readRow(row, cells, from).reading = reading;
            sum = 0;
            if (row.games > 0) measure(row, add);
            return sum;
          },
        };
      });
    },
    find(params, words, state, { term }) {
      const { team } = term as RowTerm;
      const row = readRow(emptyRow(words.season, team), state.cells, team * state.slots);
      const say = spec.say(words, params);
      const found: Finding[] = [];
      spec.measure(words.season, params)(row, (deviation, from, to, detail) => {
        const text = say({ row, team, deviation: whole(deviation), from, to, detail });
        const slots = Array.from({ length: to - from + 1 }, (_, index) => from + index);
        found.push({ text, deviation: whole(deviation), teams: [team], slots });
      });
      return found;
    },
  });
}
