import { meetingsOf } from "../engine/plain.ts";
import type { State } from "../engine/state.ts";
import type { SeparationTerm } from "../engine/terms.ts";
import { listed, parameters, robinxType, teamsOf, teamsSchema } from "./robinx.ts";

interface Parameters {
  teams?: string[];
  min: number;
}

/** Pairs that meet again too soon: their teams and slots. */
function tooSoon(state: State, term: SeparationTerm): { a: number; b: number; slot: number; again: number }[] {
  return term.teams.flatMap((a, at) =>
    term.teams.slice(at + 1).flatMap((b) => {
      const slots = [...meetingsOf(state, a, b)].map((meeting) => meeting >> 1);
      return slots.slice(1).map((again, k) => ({ a, b, slot: slots[k]!, again }))
        .filter(({ slot, again }) => again - slot - 1 < (term.min ?? 0));
    })
  );
}

/** SE1: some rounds lie between two games of the same pair. */
export const se1 = robinxType<Parameters>({
  type: "SE1",
  title: "Rounds between two games of a pair",
  description:
    "Between two games of the same two teams lie at least `min` rounds. Deviation, for each pair and meeting: " +
    "rounds short of `min`.",
  schema: parameters({
    teams: teamsSchema,
    min: { type: "integer", minimum: 0, description: "Rounds in between" },
  }, ["min"]),
  example: { params: { min: 10 }, says: "Ten rounds lie between the two games of any pair." },
  demands({ teams, min }, league, head) {
    const term: SeparationTerm = { kind: "separation", ...head, teams: teamsOf(league, teams), min };
    return [{
      term,
      explain(state) {
        const pairs = tooSoon(state, term).map(({ a, b, slot, again }) =>
          `${league.teamName(a)} and ${league.teamName(b)} (${league.slotName(slot)}, ${league.slotName(again)})`
        );
        return `${pairs.length} pairs meet again within ${min} rounds: ${listed(pairs)}`;
      },
    }];
  },
});
