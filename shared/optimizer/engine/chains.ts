/** Repair chains: in which slots two teams have to exchange their games so that each still plays everybody. */
import { BYE, type State } from "./state.ts";

export class Chains {
  /** The slots of the last chain. */
  readonly #slots: Int16Array;
  readonly #codes: Int16Array;

  constructor(readonly state: State, readonly slotOfGame: Int16Array) {
    this.#slots = new Int16Array(2 * state.slots + 2);
    this.#codes = new Int16Array(4 * state.slots + 4);
  }

  /** Gives `i` the code `forI` and `j` the code `forJ` in a slot, and tells their new opponents. */
  exchange(i: number, j: number, slot: number, forI: number, forJ: number): void {
    const { state } = this, { slots } = state;
    state.write(i * slots + slot, forI);
    state.write(j * slots + slot, forJ);
    if (forI !== BYE) state.write((forI >> 1) * slots + slot, i * 2 + (forI & 1 ^ 1));
    if (forJ !== BYE) state.write((forJ >> 1) * slots + slot, j * 2 + (forJ & 1 ^ 1));
  }

  /** Exchanges the codes of `i` and `j` in the slots of the chain. */
  exchangeAll(i: number, j: number, length: number): void {
    const { cells, slots } = this.state;
    for (let k = 0; k < length; k++) {
      const slot = this.#slots[k]!;
      this.exchange(i, j, slot, cells[j * slots + slot]!, cells[i * slots + slot]!);
    }
  }

  /** Chain by game (opponent and side) from `slot`; its length in slots, 0 where there is none within `cap`. */
  byGame(i: number, j: number, slot: number, cap: number): number {
    const { cells, slots } = this.state, chain = this.#slots;
    const first = cells[i * slots + slot]!;
    if (first !== BYE && first >> 1 === j) return 0;
    if (first === cells[j * slots + slot]!) return 0;
    let length = 0, at = slot;
    for (;;) {
      chain[length++] = at;
      const gained = cells[j * slots + at]!;
      if (gained === BYE || this.#same(gained, first, i, j)) break;
      if (length >= cap || (at = this.#slotOf(i, gained)) < 0) return 0;
      if (length > slots) return 0;
    }
    if (first === BYE || cells[j * slots + at]! !== BYE) return length;
    // The chain ended in a bye: the other end is repaired from what `j` got first.
    for (let given = first; given !== BYE; given = cells[i * slots + at]!) {
      if (length >= cap || (at = this.#slotOf(j, given)) < 0) return 0;
      for (let k = 0; k < length; k++) if (chain[k] === at) return 0;
      chain[length++] = at;
    }
    return length;
  }

  /** Whether two codes are the same game for the purpose of a chain: the side may differ where it is free. */
  #same(a: number, b: number, i: number, j: number): boolean {
    if (a === b) return true;
    const { problem, teams } = this.state;
    if (problem.compact || b === BYE || (a ^ b) !== 1) return false;
    const other = a >> 1;
    return problem.meetings[i * teams + other] === 1 && problem.meetings[j * teams + other] === 1;
  }

  #slotOf(team: number, code: number): number {
    const { state } = this, { problem, teams } = state;
    const other = code >> 1;
    if (problem.single) {
      const slot = this.slotOfGame[code & 1 ? team * teams + other : other * teams + team]!;
      if (slot >= 0 || problem.compact) return slot;
      return this.slotOfGame[code & 1 ? other * teams + team : team * teams + other]!;
    }
    const slot = state.slotOfCode(team, code);
    return slot >= 0 ? slot : state.slotOfCode(team, code ^ 1);
  }

  /** Slot of the first (leg 0) or second (leg 1) meeting of two teams; compact problems only. */
  #slotOfMeeting(team: number, other: number, leg: number): number {
    const { teams } = this.state;
    const home = this.slotOfGame[team * teams + other]!, away = this.slotOfGame[other * teams + team]!;
    return home < away === (leg === 0) ? home : away;
  }

  /** Which meeting (0 or 1) of `team` with `other` is in `slot`. */
  #leg(team: number, other: number, slot: number): number {
    const { teams } = this.state;
    const home = this.slotOfGame[team * teams + other]!, away = this.slotOfGame[other * teams + team]!;
    return slot === Math.min(home, away) ? 0 : 1;
  }

  /** Chain by opponent and meeting from `slot`; compact problems only. */
  byMeeting(i: number, j: number, slot: number, cap: number): number {
    const { cells, slots } = this.state, chain = this.#slots, codes = this.#codes;
    const first = cells[i * slots + slot]! >> 1;
    if (first === j) return 0;
    const firstLeg = this.#leg(i, first, slot);
    let length = 0, at = slot;
    for (;;) {
      const mine = cells[i * slots + at]! >> 1, theirs = cells[j * slots + at]! >> 1;
      const myLeg = this.#leg(i, mine, at), theirLeg = this.#leg(j, theirs, at);
      const myNext = this.#slotOfMeeting(i, theirs, theirLeg), theirNext = this.#slotOfMeeting(j, mine, myLeg);
      chain[length] = at;
      codes[2 * length] = theirs * 2 + (cells[i * slots + myNext]! & 1);
      codes[2 * length++ + 1] = mine * 2 + (cells[j * slots + theirNext]! & 1);
      if (theirs === first && theirLeg === firstLeg) return length;
      if (length >= cap) return 0;
      at = myNext;
    }
  }

  /** Writes the chain of {@link byMeeting}. */
  exchangeMeetings(i: number, j: number, length: number): void {
    for (let k = 0; k < length; k++) {
      this.exchange(i, j, this.#slots[k]!, this.#codes[2 * k]!, this.#codes[2 * k + 1]!);
    }
  }
}
