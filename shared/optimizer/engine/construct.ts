/** First schedules: the canonical pattern for full round robins, and an edge colouring for any other list of games. */
import { blocksOf } from "./blocks.ts";
import { Random } from "./random.ts";
import { BYE, State } from "./state.ts";
import type { Problem } from "./problem.ts";

/** Rounds of the circle method for an even number of teams: [home, away] pairs, sides balanced as well as can be. */
export function canonicalRounds(teams: number): [number, number][][] {
  const last = teams - 1;
  return Array.from({ length: last }, (_, round) => {
    const pairs: [number, number][] = [round % 2 ? [last, round] : [round, last]];
    for (let k = 1; k < teams / 2; k++) {
      const a = (round + k) % last, b = (round - k + last) % last;
      pairs.push(k % 2 ? [a, b] : [b, a]);
    }
    return pairs;
  });
}

/** A schedule with every game of the problem placed once, constraints not looked at. */
export function construct(problem: Problem, random: Random): State {
  if (problem.compact) return canonical(problem, random);
  return canonicalBlocks(problem, random) ?? new Colouring(problem, random).run();
}

/** A double round robin over blocks of slots, the games of a block dealt to its slots; undefined where that is not it. */
function canonicalBlocks(problem: Problem, random: Random): State | undefined {
  const { teams, slots, slotGames, meetings, leastHome } = problem;
  const block = blocksOf(problem), rounds = canonicalRounds(teams);
  if (!block || !slotGames || teams % 2 || block.at(-1)! + 1 !== 2 * rounds.length) return undefined;
  for (let pair = 0; pair < teams * teams; pair++) {
    const isSelf = pair % (teams + 1) === 0;
    if (meetings[pair] !== (isSelf ? 0 : 2) || leastHome[pair] !== (isSelf ? 0 : 1)) return undefined;
  }
  const state = new State(problem), name = shuffle(teams, random);
  let slot = 0, room = slotGames[0]!;
  for (let round = 0; round < 2 * rounds.length; round++) {
    const pairs = rounds[round % rounds.length]!, turned = round >= rounds.length;
    for (const game of shuffle(pairs.length, random)) {
      while (room === 0 && slot + 1 < slots) room = slotGames[++slot]!;
      const [a, b] = pairs[game]!.map((team) => name[team]!) as [number, number];
      state.place(turned ? b : a, turned ? a : b, slot);
      room--;
    }
  }
  return state;
}

/** Mirrored double round robin over the canonical pattern, teams and rounds shuffled. */
function canonical(problem: Problem, random: Random): State {
  const state = new State(problem);
  const name = shuffle(problem.teams, random), rounds = canonicalRounds(problem.teams);
  rounds.forEach((pairs, round) => {
    for (const [home, away] of pairs) {
      state.place(name[home]!, name[away]!, round);
      state.place(name[away]!, name[home]!, round + rounds.length);
    }
  });
  return state;
}

/** A random order of 0 .. size - 1. */
export function shuffle(size: number, random: Random): number[] {
  const order = Array.from({ length: size }, (_, k) => k);
  for (let k = size - 1; k > 0; k--) {
    const other = random.below(k + 1);
    [order[k], order[other]] = [order[other]!, order[k]!];
  }
  return order;
}

/** Slots given to games one by one; a game that fits nowhere swaps two slots along a chain, or drives others out. */
class Colouring {
  readonly #state: State;
  readonly #waiting: [number, number][] = [];

  constructor(readonly problem: Problem, readonly random: Random) {
    this.#state = new State(problem);
    for (const game of shuffle(problem.games.length / 2, random)) {
      this.#waiting.push([problem.games[2 * game]!, problem.games[2 * game + 1]!]);
    }
  }

  /** Throws {@link Unplaceable} where the games do not fit into the slots. */
  run(): State {
    const tries = 200 * this.problem.games.length + 10_000;
    for (let k = 0; k < tries && this.#waiting.length > 0; k++) {
      const [home, away] = this.#waiting.shift()!;
      if (!this.#placeFree(home, away) && !this.#placeByChain(home, away)) this.#placeByForce(home, away);
    }
    if (this.#waiting.length > 0) throw new Unplaceable(this.#waiting.length);
    return this.#state;
  }

  #free(team: number): number[] {
    const { slots, cells } = this.#state;
    const free = [];
    for (let slot = 0; slot < slots; slot++) if (cells[team * slots + slot] === BYE) free.push(slot);
    return free;
  }

  #placeFree(home: number, away: number): boolean {
    const busy = new Set(this.#free(away));
    const common = this.#free(home).filter((slot) => busy.has(slot));
    if (common.length === 0) return false;
    this.#state.place(home, away, common[this.random.below(common.length)]!);
    return true;
  }

  /** Exchanges two slots along the chain of teams from `away`, so that both teams are free in one of them. */
  #placeByChain(home: number, away: number): boolean {
    const mine = this.#free(home), theirs = this.#free(away), { slots, cells } = this.#state;
    if (mine.length === 0 || theirs.length === 0) return false;
    const r = mine[this.random.below(mine.length)]!, s = theirs[this.random.below(theirs.length)]!;
    const members = [away];
    for (let k = 0; k < members.length; k++) {
      for (const slot of [r, s]) {
        const code = cells[members[k]! * slots + slot]!;
        if (code !== BYE && !members.includes(code >> 1)) members.push(code >> 1);
      }
    }
    if (members.includes(home)) return false;
    for (const team of members) {
      const inR = cells[team * slots + r]!;
      cells[team * slots + r] = cells[team * slots + s]!;
      cells[team * slots + s] = inR;
    }
    this.#state.place(home, away, r);
    return true;
  }

  /** Takes a random slot from whoever plays in it; the games driven out wait again. */
  #placeByForce(home: number, away: number): void {
    const { slots, cells } = this.#state, slot = this.random.below(slots);
    for (const team of [home, away]) {
      const code = cells[team * slots + slot]!;
      if (code === BYE) continue;
      this.#waiting.push(code & 1 ? [team, code >> 1] : [code >> 1, team]);
      cells[team * slots + slot] = cells[(code >> 1) * slots + slot] = BYE;
    }
    this.#state.place(home, away, slot);
  }
}

/** The games of a problem do not fit into its slots. */
export class Unplaceable extends Error {
  override name = "Unplaceable";
  constructor(readonly games: number) {
    super(`${games} games found no slot`);
  }
}
