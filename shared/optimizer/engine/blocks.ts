/**
 * Blocks: slots that together are one round, such as the Monday, Tuesday and Wednesday of a week on which everybody
 * plays once. Where the numbers of games of the slots are given and make such blocks, moves between blocks and within
 * them keep those numbers and everybody's one game a block.
 */
import type { Problem } from "./problem.ts";
import type { Random } from "./random.ts";
import { BYE, type State } from "./state.ts";

/** The block of each slot where the given numbers of games fall into full rounds; undefined where they do not. */
export function blocksOf({ slots, teams, slotGames }: Problem): Int16Array | undefined {
  if (!slotGames) return undefined;
  const block = new Int16Array(slots);
  let [current, games] = [0, 0];
  for (let slot = 0; slot < slots; slot++) {
    block[slot] = current;
    games += slotGames[slot]!;
    if (games > teams >> 1) return undefined;
    if (games < teams >> 1) continue;
    current++;
    games = 0;
  }
  return games === 0 && current < slots ? block : undefined;
}

export class BlockMoves {
  readonly count: number;
  /** Slots of block b: first[b] .. first[b + 1] - 1. */
  readonly #first: Int16Array;
  readonly #members: Int16Array;
  readonly #stamp: Int32Array;
  readonly #from: Int16Array;
  readonly #to: Int16Array;
  readonly #chain: Int16Array;
  #time = 0;

  constructor(readonly state: State, readonly block: Int16Array) {
    this.count = block.at(-1)! + 1;
    this.#first = new Int16Array(this.count + 1).fill(state.slots);
    for (let slot = state.slots - 1; slot >= 0; slot--) this.#first[block[slot]!] = slot;
    this.#members = new Int16Array(state.teams);
    this.#stamp = new Int32Array(state.teams);
    this.#from = new Int16Array(state.teams);
    this.#to = new Int16Array(state.teams);
    this.#chain = new Int16Array(this.count + 1);
  }

  draw(random: Random): boolean {
    const { teams } = this.state;
    const b = random.below(this.count);
    if (random.unit() < 0.25) return this.exchangeSlots(b, random);
    if (random.unit() < 0.5) {
      const other = (b + 1 + random.below(this.count - 1)) % this.count;
      return this.exchangeBlocks(random.below(teams), b, other, random);
    }
    const i = random.below(teams);
    return this.exchangeTeams(i, (i + 1 + random.below(teams - 1)) % teams, b);
  }

  /** The slot of a team's only game in a block; -1 where it has none or two. */
  #slotIn(team: number, b: number): number {
    const { cells, slots } = this.state;
    let found = -1;
    for (let slot = this.#first[b]!; slot < this.#first[b + 1]!; slot++) {
      if (cells[team * slots + slot] === BYE) continue;
      if (found >= 0) return -1;
      found = slot;
    }
    return found;
  }

  /** Two games of a block take each other's slot. */
  exchangeSlots(b: number, random: Random): boolean {
    const { state } = this, { cells, slots, teams } = state;
    const [one, other] = [random.below(teams), random.below(teams)];
    const [r, s] = [this.#slotIn(one, b), this.#slotIn(other, b)];
    if (r < 0 || s < 0 || r === s) return false;
    const [inR, inS] = [cells[one * slots + r]!, cells[other * slots + s]!];
    if (this.#slotIn(inR >> 1, b) < 0 || this.#slotIn(inS >> 1, b) < 0) return false;
    this.#shift(one, inR, r, s);
    this.#shift(other, inS, s, r);
    return true;
  }

  /** Takes a game of `team` from slot r to slot s, where both its teams are idle. */
  #shift(team: number, code: number, r: number, s: number): void {
    const { state } = this, { slots } = state;
    const other = code >> 1;
    state.write(team * slots + r, BYE);
    state.write(other * slots + r, BYE);
    state.write(team * slots + s, code);
    state.write(other * slots + s, team * 2 + (code & 1 ^ 1));
  }

  /** Exchanges two blocks for the teams around `team` that play only each other in them; slots are dealt anew. */
  exchangeBlocks(team: number, b: number, c: number, random: Random): boolean {
    const members = this.#members, stamp = this.#stamp, { cells, slots } = this.state;
    const time = ++this.#time;
    let size = 1;
    members[0] = team;
    stamp[team] = time;
    for (let k = 0; k < size; k++) {
      for (let turn = 0; turn < 2; turn++) {
        const slot = this.#slotIn(members[k]!, turn ? c : b);
        if (slot < 0) return false;
        const other = cells[members[k]! * slots + slot]! >> 1;
        if (stamp[other] === time) continue;
        stamp[other] = time;
        members[size++] = other;
      }
    }
    this.#deal(b, size, random, this.#from);
    this.#deal(c, size, random, this.#to);
    this.#trade(size, b, c);
    return this.state.size > 0;
  }

  /** The slots of the members' games in a block, one a game, shuffled. */
  #deal(b: number, size: number, random: Random, into: Int16Array): void {
    const { cells, slots } = this.state;
    let games = 0;
    for (let k = 0; k < size; k++) {
      const team = this.#members[k]!, slot = this.#slotIn(team, b);
      if (cells[team * slots + slot]! & 1) into[games++] = slot;
    }
    for (let k = games - 1; k > 0; k--) {
      const other = random.below(k + 1);
      [into[k], into[other]] = [into[other]!, into[k]!];
    }
  }

  #trade(size: number, b: number, c: number): void {
    const { state } = this, { cells, slots } = state;
    const games: number[] = [];
    for (let turn = 0; turn < 2; turn++) {
      const target = turn ? this.#from : this.#to;
      let at = 0;
      for (let k = 0; k < size; k++) {
        const team = this.#members[k]!, slot = this.#slotIn(team, turn ? c : b);
        const code = cells[team * slots + slot]!;
        if (code & 1) games.push(team, code, slot, target[at++]!);
      }
    }
    const cleared = new Map<number, number>();
    for (let k = 0; k < games.length; k += 4) {
      cleared.set(games[k]! * slots + games[k + 2]!, BYE).set((games[k + 1]! >> 1) * slots + games[k + 2]!, BYE);
    }
    for (let k = 0; k < games.length; k += 4) {
      const [home, code, slot] = [games[k]!, games[k + 1]!, games[k + 3]!];
      cleared.set(home * slots + slot, code).set((code >> 1) * slots + slot, home * 2);
    }
    for (const [cell, code] of cleared) state.write(cell, code);
  }

  /** Exchanges the games of two teams in a block, and in the blocks where one of them would now play a game twice. */
  exchangeTeams(i: number, j: number, b: number): boolean {
    const { cells, slots } = this.state, chain = this.#chain;
    const start = this.#slotIn(i, b);
    if (start < 0) return false;
    const first = cells[i * slots + start]!;
    if (first >> 1 === j) return false;
    let length = 0;
    for (let at = b;;) {
      const theirs = this.#slotIn(j, at);
      if (theirs < 0 || this.#slotIn(i, at) < 0 || length >= this.count) return false;
      chain[length++] = at;
      const gained = cells[j * slots + theirs]!;
      if (gained === first) break;
      const slot = this.state.slotOfCode(i, gained);
      if (slot < 0) return false;
      at = this.block[slot]!;
    }
    for (let k = 0; k < length; k++) this.#exchange(i, j, chain[k]!);
    return this.state.size > 0;
  }

  #exchange(i: number, j: number, b: number): void {
    const { state } = this, { cells, slots } = state;
    const [mine, theirs] = [this.#slotIn(i, b), this.#slotIn(j, b)];
    const [forJ, forI] = [cells[i * slots + mine]!, cells[j * slots + theirs]!];
    if (mine !== theirs) {
      state.write(i * slots + mine, BYE);
      state.write(j * slots + theirs, BYE);
    }
    state.write(j * slots + mine, forJ);
    state.write((forJ >> 1) * slots + mine, j * 2 + (forJ & 1 ^ 1));
    state.write(i * slots + theirs, forI);
    state.write((forI >> 1) * slots + theirs, i * 2 + (forI & 1 ^ 1));
  }
}
