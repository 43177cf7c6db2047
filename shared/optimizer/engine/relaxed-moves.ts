/**
 * Moves for leagues with idle cells. An exchange of two slots for some teams may leave one slot with a game more and the
 * other with one less; where the number of games of a slot is bounded, nearly every such move is rejected. Here a second
 * set of teams, out of balance the other way, moves with the first.
 */
import type { Random } from "./random.ts";
import { BYE, type State } from "./state.ts";

export class RelaxedMoves {
  readonly #members: Int16Array;
  readonly #stamp: Int32Array;
  #time = 0;
  #size = 0;

  constructor(readonly state: State) {
    this.#members = new Int16Array(state.teams);
    this.#stamp = new Int32Array(state.teams);
  }

  /**
   * Exchanges slots r and s for the teams around `team` that play only each other in them, and for such teams around
   * others until both slots have as many games as before. False, and nothing written, where that takes more than `cap`
   * teams or none are found.
   */
  exchangeBalanced(team: number, r: number, s: number, random: Random, cap: number): boolean {
    const { teams } = this.state;
    this.#time++;
    this.#size = 0;
    let balance = this.#collect(team, r, s);
    if (this.#size === 1 && balance === 0) return false;
    for (let tries = 0; balance !== 0 && tries < 2 * teams; tries++) {
      const other = random.below(teams);
      if (this.#stamp[other] === this.#time) continue;
      const before = this.#size;
      const more = this.#collect(other, r, s);
      if (more !== 0 && Math.sign(more) !== Math.sign(balance)) balance += more;
      else this.#release(before);
    }
    if (balance !== 0 || this.#size > cap) return false;
    this.#write(r, s);
    return this.state.size > 0;
  }

  /** Adds the teams around `team`; answers how many more games they have in r than in s. */
  #collect(team: number, r: number, s: number): number {
    const { cells, slots } = this.state, members = this.#members, stamp = this.#stamp, time = this.#time;
    let twice = 0;
    let at = this.#size;
    members[this.#size++] = team;
    stamp[team] = time;
    for (; at < this.#size; at++) {
      const from = members[at]! * slots;
      for (let turn = 0; turn < 2; turn++) {
        const code = cells[from + (turn ? s : r)]!;
        if (code === BYE) continue;
        twice += turn ? -1 : 1;
        if (stamp[code >> 1] === time) continue;
        stamp[code >> 1] = time;
        members[this.#size++] = code >> 1;
      }
    }
    return twice / 2;
  }

  /** Gives back the teams that were added since. */
  #release(size: number): void {
    while (this.#size > size) this.#stamp[this.#members[--this.#size]!] = 0;
  }

  #write(r: number, s: number): void {
    const { state } = this, { cells, slots } = state;
    for (let k = 0; k < this.#size; k++) {
      const from = this.#members[k]! * slots, inR = cells[from + r]!, inS = cells[from + s]!;
      state.write(from + r, inS);
      state.write(from + s, inR);
    }
  }
}
