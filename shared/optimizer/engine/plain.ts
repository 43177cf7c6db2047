/** The deviation of each term, computed from nothing but the schedule: for reports, and to hold the evaluator to. */
import type { State } from "./state.ts";
import type {
  BreaksTerm,
  CountTerm,
  FairnessTerm,
  PairTerm,
  SeparationTerm,
  Term,
  TravelTerm,
  WindowTerm,
} from "./terms.ts";

/** Penalties of a schedule: sums of weight x deviation. A schedule with `hard` 0 keeps every hard constraint. */
export interface Penalty {
  readonly hard: number;
  readonly soft: number;
}

/** How far `count` lies outside [min, max]. */
export function outside(count: number, min = 0, max = Infinity): number {
  return Math.max(0, count - max) + Math.max(0, min - count);
}

/** Deviation of one term in `state`. */
export function deviation(state: State, term: Term): number {
  switch (term.kind) {
    case "count":
      return outside(countCells(state, term), term.min, term.max);
    case "window":
      return windows(state, term);
    case "breaks":
      return outside(countBreaks(state, term), term.min, term.max);
    case "fairness":
      return fairness(state, term);
    case "separation":
      return separation(state, term);
    case "travel":
      return travel(state, term);
    case "row":
      return term.row(state.cells, term.team * state.slots);
    case "group":
      return term.group(state.cells);
    case "pair":
      return pair(state, term);
    case "phase":
      return phase(state);
  }
}

/** Penalty of the whole schedule. */
export function penalty(state: State, terms: readonly Term[] = state.problem.terms): Penalty {
  let hard = 0, soft = 0;
  for (const term of terms) {
    const cost = term.weight * deviation(state, term);
    if (term.hard) hard += cost;
    else soft += cost;
  }
  return { hard, soft };
}

function countCells({ cells, teams, slots }: State, term: CountTerm): number {
  let count = 0;
  for (const cell of term.games ?? []) {
    const pair = Math.floor(cell / slots), slot = cell % slots;
    if (cells[Math.floor(pair / teams) * slots + slot] === (pair % teams) * 2 + 1) count++;
  }
  for (const cell of term.sides ?? []) {
    const code = cells[cell >> 1]!;
    if (code >= 0 && (code & 1) === (cell & 1)) count++;
  }
  return count;
}

function windows(state: State, term: WindowTerm): number {
  const from = term.team * state.slots;
  let sum = 0;
  for (let start = 0; start + term.length <= state.slots; start++) {
    let count = 0;
    for (let slot = start; slot < start + term.length; slot++) {
      const code = state.cells[from + slot]!;
      if (code >= 0) count += term.matches[code]!;
    }
    sum += outside(count, term.min, term.max);
  }
  return sum;
}

/** Whether `team` has a break in `slot`: it plays on the same side as in the slot before. */
export function isBreak(state: State, team: number, slot: number): boolean {
  if (slot === 0) return false;
  const now = state.cells[team * state.slots + slot]!, before = state.cells[team * state.slots + slot - 1]!;
  return now >= 0 && before >= 0 && (now & 1) === (before & 1);
}

function countBreaks(state: State, term: BreaksTerm): number {
  let count = 0;
  for (const cell of term.breaks) {
    const team = Math.floor((cell >> 1) / state.slots), slot = (cell >> 1) % state.slots;
    if (isBreak(state, team, slot) && (state.cells[cell >> 1]! & 1) === (cell & 1)) count++;
  }
  return count;
}

/** Whether a game of this code counts for a fairness term. */
export function countsFor(term: FairnessTerm, code: number): boolean {
  return term.side === "any" || (code & 1) === (term.side === "away" ? 0 : 1);
}

function fairness(state: State, term: FairnessTerm): number {
  const compared = new Set(term.slots);
  const played = term.teams.map((team) => {
    let sum = 0;
    return Array.from({ length: state.slots }, (_, slot) => {
      const code = state.cells[team * state.slots + slot]!;
      return sum += code >= 0 && countsFor(term, code) ? 1 : 0;
    });
  });
  let total = 0;
  for (let a = 0; a < played.length; a++) {
    for (let b = a + 1; b < played.length; b++) {
      let greatest = 0;
      for (const slot of compared) greatest = Math.max(greatest, Math.abs(played[a]![slot]! - played[b]![slot]!));
      total += outside(greatest, 0, term.max);
    }
  }
  return total;
}

/** The meetings of two teams, `slot * 2 + (first at home ? 1 : 0)` each, in the order of slots. */
export function meetingsOf(state: State, first: number, second: number): Int16Array {
  const found: number[] = [];
  for (let slot = 0; slot < state.slots; slot++) {
    const code = state.cells[first * state.slots + slot]!;
    if (code >= 0 && code >> 1 === second) found.push(slot * 2 + (code & 1));
  }
  return Int16Array.from(found);
}

function separation(state: State, term: SeparationTerm): number {
  let sum = 0;
  for (let a = 0; a < term.teams.length; a++) {
    for (let b = a + 1; b < term.teams.length; b++) {
      const meetings = meetingsOf(state, term.teams[a]!, term.teams[b]!);
      for (let k = 1; k < meetings.length; k++) {
        sum += outside((meetings[k]! >> 1) - (meetings[k - 1]! >> 1) - 1, term.min, term.max);
      }
    }
  }
  return sum;
}

/** Miles that a team travels over the season, from home and back home; a bye is spent where the team is. */
export function milesOf(state: State, team: number): number {
  const { cells, slots, teams, problem: { distances } } = state;
  let at = team, miles = 0;
  for (let slot = 0; slot < slots; slot++) {
    const code = cells[team * slots + slot]!;
    if (code < 0) continue;
    const next = code & 1 ? team : code >> 1;
    miles += distances[at * teams + next]!;
    at = next;
  }
  return miles + distances[at * teams + team]!;
}

function travel(state: State, term: TravelTerm): number {
  return term.teams.reduce((sum, team) => sum + Math.max(0, milesOf(state, team) - (term.max ?? 0)), 0);
}

function pair(state: State, term: PairTerm): number {
  const meetings = meetingsOf(state, term.first, term.second);
  return term.pair(meetings, meetings.length);
}

function phase(state: State): number {
  const half = state.slots >> 1;
  let faults = 0;
  for (let a = 0; a < state.teams; a++) {
    for (let b = a + 1; b < state.teams; b++) {
      const meetings = meetingsOf(state, a, b);
      for (let k = 1; k < meetings.length; k++) {
        if ((meetings[k]! >> 1 < half) === (meetings[k - 1]! >> 1 < half)) faults++;
      }
    }
  }
  return faults;
}
