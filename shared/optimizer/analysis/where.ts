import type { Finding } from "../constraints/conference.ts";
import type { ConstraintDefinition, Violation } from "../constraints/definition.ts";
import type { State } from "../engine/state.ts";
import type { Term } from "../engine/terms.ts";
import type { Season } from "../season.ts";

type Place = Pick<Finding, "teams" | "slots">;

interface Explained {
  findings?(params: unknown, season: Season, state: State, violations: readonly Violation[]): Finding[];
}

function countedGames(state: State, cells: ArrayLike<number>): Place {
  const { teams, slots } = state;
  const found = { teams: new Set<number>(), slots: new Set<number>() };
  for (let at = 0; at < cells.length; at++) {
    const cell = cells[at]!;
    const [home, away] = [Math.floor(cell / slots / teams), Math.floor(cell / slots) % teams];
    if (state.cells[home * slots + cell % slots] !== away * 2 + 1) continue;
    found.teams.add(home).add(away);
    found.slots.add(cell % slots);
  }
  return { teams: [...found.teams], slots: [...found.slots] };
}

function countedSides(state: State, cells: ArrayLike<number>): Place {
  const teams = new Set<number>();
  const slots = new Set<number>();
  for (let at = 0; at < cells.length; at++) {
    const cell = cells[at]! >> 1;
    teams.add(Math.floor(cell / state.slots));
    if (state.cells[cell]! >= 0 && (state.cells[cell]! & 1) === (cells[at]! & 1)) slots.add(cell % state.slots);
  }
  return { teams: [...teams], slots: [...slots] };
}

/** Teams and slots that a term is about. */
function placeOf(term: Term, state: State): Place {
  switch (term.kind) {
    case "count": {
      const games = countedGames(state, term.games ?? []);
      const sides = countedSides(state, term.sides ?? []);
      return { teams: [...games.teams, ...sides.teams], slots: [...games.slots, ...sides.slots] };
    }
    case "breaks":
      return countedSides(state, term.breaks);
    case "window":
    case "row":
      return { teams: [term.team], slots: [] };
    case "pair":
      return { teams: [term.first, term.second], slots: [] };
    case "fairness":
    case "separation":
    case "travel":
    case "group":
      return { teams: term.teams, slots: [] };
    case "phase":
      return { teams: [], slots: [] };
  }
}

/** The violations of a constraint in words: by its own account, or a sentence a term with the term's teams and slots. */
export function findingsOf(
  definition: ConstraintDefinition,
  params: unknown,
  season: Season,
  state: State,
  violations: readonly Violation[],
): Finding[] {
  const explained = definition as Explained;
  if (explained.findings) return explained.findings(params, season, state, violations);
  return violations.flatMap((violation) =>
    definition.explain(params, season, state, [violation]).map((text, index) => ({
      text,
      deviation: index === 0 ? violation.deviation : 0,
      ...placeOf(violation.term, state),
    }))
  );
}
