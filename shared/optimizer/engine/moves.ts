/**
 * The neighbourhoods. Each method writes one move into the state (to be evaluated, then kept or undone) and answers
 * true, or leaves the state as it was and answers false where there is no such move or it is longer than its cap.
 */
import { BlockMoves, blocksOf } from "./blocks.ts";
import { Chains } from "./chains.ts";
import type { Random } from "./random.ts";
import { RelaxedMoves } from "./relaxed-moves.ts";
import { BYE, type State } from "./state.ts";

/** How often each kind of move is drawn; any scale. */
export interface MoveShares {
  readonly swapHomes: number;
  readonly swapTeams: number;
  readonly swapRounds: number;
  readonly partialSwapTeams: number;
  readonly partialSwapTeamsPhased: number;
  readonly partialSwapRounds: number;
}

/** Longest chains: slots of a partial swap of teams, teams of a partial swap of rounds. */
export interface MoveCaps {
  readonly slots: number;
  readonly teams: number;
}

/** The kinds of moves, in the order of {@link MoveShares}. */
export const moveKinds = [
  "swapHomes",
  "swapTeams",
  "swapRounds",
  "partialSwapTeams",
  "partialSwapTeamsPhased",
  "partialSwapRounds",
] as const;
export type MoveKind = typeof moveKinds[number];

/** A move by its arguments: teams and slots, as the method of its kind takes them. */
export interface Move {
  readonly kind: MoveKind;
  readonly a: number;
  readonly b: number;
  readonly slot: number;
}

/** How many of the partial swaps of rounds keep the number of games of both, where teams may be idle. */
const balancedShare = 0.7;

export class Moves {
  /** The last move that {@link draw} tried. */
  kind = 0;
  readonly #chains: Chains;
  /** Absent where every team plays in every slot. */
  readonly #relaxed?: RelaxedMoves;
  /** Present where the slots fall into blocks. */
  readonly #blocks?: BlockMoves;
  readonly #limits: Float64Array;
  readonly #members: Int16Array;
  readonly #stamp: Int32Array;
  #time = 0;

  /** `slotOfGame` is the evaluator's: where each game is. */
  constructor(readonly state: State, slotOfGame: Int16Array, shares: MoveShares, readonly caps: MoveCaps) {
    this.#chains = new Chains(state, slotOfGame);
    if (!state.problem.compact) this.#relaxed = new RelaxedMoves(state);
    const blocks = blocksOf(state.problem);
    if (blocks) this.#blocks = new BlockMoves(state, blocks);
    const weights = moveKinds.map((kind) => Math.max(0, shares[kind]));
    const all = weights.reduce((sum, weight) => sum + weight, 0);
    let sum = 0;
    this.#limits = Float64Array.from(weights, (weight) => (sum += weight) / all);
    this.#members = new Int16Array(state.teams);
    this.#stamp = new Int32Array(state.teams);
  }

  /** Draws a move by the shares and writes it. */
  draw(random: Random): boolean {
    const { teams, slots } = this.state, limits = this.#limits;
    const drawn = random.unit();
    let kind = 0;
    while (kind < 5 && drawn >= limits[kind]!) kind++;
    this.kind = kind;
    if (this.#blocks && kind > 1) return this.#blocks.draw(random);
    if (kind === 2 || kind === 5) {
      const r = random.below(slots), s = this.#otherSlot(random, r);
      if (kind === 2) return this.swapRounds(r, s);
      const team = random.below(teams);
      return this.#relaxed && random.unit() < balancedShare
        ? this.#relaxed.exchangeBalanced(team, r, s, random, this.caps.teams)
        : this.partialSwapRounds(team, r, s);
    }
    const i = random.below(teams);
    let j = random.below(teams - 1);
    if (j >= i) j++;
    if (kind === 0) return this.swapHomes(i, j);
    if (kind === 1) return this.swapTeams(i, j);
    return kind === 3
      ? this.partialSwapTeams(i, j, random.below(slots))
      : this.partialSwapTeamsPhased(i, j, random.below(slots));
  }

  /** Writes a given move. */
  apply({ kind, a, b, slot }: Move): boolean {
    switch (kind) {
      case "swapHomes":
        return this.swapHomes(a, b);
      case "swapTeams":
        return this.swapTeams(a, b);
      case "swapRounds":
        return this.swapRounds(a, b);
      case "partialSwapTeams":
        return this.partialSwapTeams(a, b, slot);
      case "partialSwapTeamsPhased":
        return this.partialSwapTeamsPhased(a, b, slot);
      case "partialSwapRounds":
        return this.partialSwapRounds(a, b, slot);
    }
  }

  /** Another slot; in a phased league one of the same half. */
  #otherSlot(random: Random, slot: number): number {
    const { slots, problem } = this.state;
    const size = problem.phased ? slots >> 1 : slots, first = problem.phased && slot >= size ? size : 0;
    const other = first + random.below(size - 1);
    return other >= slot ? other + 1 : other;
  }

  /** Exchanges home and away in every game of two teams. */
  swapHomes(i: number, j: number): boolean {
    const { state } = this, { slots, cells } = state;
    for (let slot = 0; slot < slots; slot++) {
      const code = cells[i * slots + slot]!;
      if (code < 0 || code >> 1 !== j) continue;
      state.write(i * slots + slot, code ^ 1);
      state.write(j * slots + slot, cells[j * slots + slot]! ^ 1);
    }
    return this.#legal();
  }

  /** Exchanges home and away in the game that a team plays in a slot. */
  flip(team: number, slot: number): boolean {
    const { state } = this, { slots, cells } = state;
    const code = cells[team * slots + slot]!;
    if (code < 0) return false;
    const other = (code >> 1) * slots + slot;
    state.write(team * slots + slot, code ^ 1);
    state.write(other, cells[other]! ^ 1);
    return this.#legal();
  }

  /** Exchanges two slots for every team. */
  swapRounds(r: number, s: number): boolean {
    const { state } = this, { teams, slots, cells } = state;
    for (let team = 0; team < teams; team++) {
      const inR = cells[team * slots + r]!, inS = cells[team * slots + s]!;
      state.write(team * slots + r, inS);
      state.write(team * slots + s, inR);
    }
    return state.size > 0;
  }

  /** Exchanges two teams everywhere. */
  swapTeams(i: number, j: number): boolean {
    const { state } = this, { slots, cells } = state;
    for (let slot = 0; slot < slots; slot++) {
      const a = cells[i * slots + slot]!, b = cells[j * slots + slot]!;
      if (a >= 0 && a >> 1 === j) {
        state.write(i * slots + slot, a ^ 1);
        state.write(j * slots + slot, b ^ 1);
        continue;
      }
      this.#chains.exchange(i, j, slot, b, a);
    }
    return this.#legal();
  }

  /** Exchanges two slots for the smallest set of teams around `team` that play only each other in them. */
  partialSwapRounds(team: number, r: number, s: number): boolean {
    const { state } = this, { slots, cells } = state, members = this.#members, stamp = this.#stamp;
    const time = ++this.#time, cap = this.caps.teams;
    let size = 1;
    members[0] = team;
    stamp[team] = time;
    for (let k = 0; k < size; k++) {
      const from = members[k]! * slots;
      for (let turn = 0; turn < 2; turn++) {
        const code = cells[from + (turn ? s : r)]!;
        if (code === BYE || stamp[code >> 1] === time) continue;
        if (size >= cap) return false;
        stamp[code >> 1] = time;
        members[size++] = code >> 1;
      }
    }
    for (let k = 0; k < size; k++) {
      const from = members[k]! * slots, inR = cells[from + r]!, inS = cells[from + s]!;
      state.write(from + r, inS);
      state.write(from + s, inR);
    }
    return state.size > 0;
  }

  /** Exchanges the games of two teams in a slot, and in the slots where one of them would now play a game twice. */
  partialSwapTeams(i: number, j: number, slot: number): boolean {
    const length = this.#chains.byGame(i, j, slot, this.caps.slots);
    if (length === 0) return false;
    this.#chains.exchangeAll(i, j, length);
    return this.#legal();
  }

  /** The same with first meetings staying first meetings; who is at home stays with the pair. */
  partialSwapTeamsPhased(i: number, j: number, slot: number): boolean {
    const { problem } = this.state;
    if (!problem.compact) return this.partialSwapTeams(i, j, slot);
    const length = this.#chains.byMeeting(i, j, slot, this.caps.slots);
    if (length === 0) return false;
    this.#chains.exchangeMeetings(i, j, length);
    return true;
  }

  /** Whether the pairs of the move still meet as often as they must; undoes the move where they do not. */
  #legal(): boolean {
    const { state } = this, { problem, teams, slots, cells, touched, before } = state;
    if (state.size === 0) return false;
    if (problem.compact) return true;
    for (let k = 0; k < state.size; k++) {
      const team = Math.floor(touched[k]! / slots);
      for (const code of [before[k]!, cells[touched[k]!]!]) {
        if (code < 0) continue;
        const other = code >> 1;
        let hosts = 0, meetings = 0;
        for (let cell = team * slots; cell < (team + 1) * slots; cell++) {
          if (cells[cell]! < 0 || cells[cell]! >> 1 !== other) continue;
          meetings++;
          hosts += cells[cell]! & 1;
        }
        const pair = team * teams + other;
        if (
          meetings === problem.meetings[pair] && hosts >= problem.leastHome[pair]! &&
          meetings - hosts >= problem.leastHome[other * teams + team]!
        ) continue;
        state.undo();
        return false;
      }
    }
    return true;
  }
}
