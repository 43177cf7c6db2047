import type { Random } from "../engine/random.ts";
import { type Bounds, impossible } from "./bounds.ts";
import { among, atHome, hosted, last, left, run, unplayed, visited } from "./standing.ts";
import type { TravelProblem } from "./timetable.ts";

/** The widest beam: what fits a key, and a third of a second for 12 teams. */
export const widest = 3000;

/** Keys are sorted as numbers: the length in parts of a unit, then the number of the child. */
const parts = 32, children = 2 ** 17;

/** Random part of what seasons are chosen by, in mean distances: between equals, and so that no two beams are alike. */
const noise = 0.3;

/** Beginnings of seasons after the same number of games. */
class Layer {
  count = 0;
  /** Where each team stands. */
  readonly standings: Int32Array;
  /** Length of the season at least. */
  readonly lengths: Int32Array;
  /** Set of the teams that have played in the current round. */
  readonly played: Int32Array;
  readonly hashes: Int32Array;

  constructor(width: number, teams: number) {
    this.standings = new Int32Array(width * teams);
    this.lengths = new Int32Array(width);
    this.played = new Int32Array(width);
    this.hashes = new Int32Array(width);
  }
}

/**
 * Beam search: seasons are built game by game, round by round, and after each game only the `width` beginnings that can
 * end shortest, as {@link Bounds} has it, are gone on with. Every season it ends with is without violations.
 */
export class Beam {
  /** Games placed so far. */
  game = 0;
  private readonly games: number;
  private layer: Layer;
  private next: Layer;
  /** The next game of a round is one of the first team in this order that has none. */
  private readonly order: number[];
  private readonly noise: number;
  /** By game and beginning: the game (host * teams + guest) and the beginning it was added to. */
  private readonly added: Int16Array;
  private readonly parents: Int16Array;
  private readonly keys: Float64Array;
  private readonly childAdded: Int16Array;
  private readonly childParents: Int16Array;
  private readonly childLengths: Int32Array;
  private childCount = 0;

  constructor(
    private readonly problem: TravelProblem,
    private readonly bounds: Bounds,
    private readonly random: Random,
    readonly width: number,
    mean: number,
  ) {
    const { teams } = problem, most = width * 2 * (teams - 1);
    this.games = teams * (teams - 1);
    this.noise = noise * mean;
    this.layer = new Layer(width, teams);
    this.next = new Layer(width, teams);
    this.layer.count = 1;
    this.layer.standings.fill(unplayed(teams), 0, teams);
    this.added = new Int16Array(this.games * width);
    this.parents = new Int16Array(this.games * width);
    this.keys = new Float64Array(most);
    this.childAdded = new Int16Array(most);
    this.childParents = new Int16Array(most);
    this.childLengths = new Int32Array(most);
    const keys = Array.from({ length: teams }, () => random.unit());
    this.order = [...keys.keys()].sort((one, other) => keys[one]! - keys[other]!);
  }

  /** Whether the seasons are complete, or none can be completed. */
  get done(): boolean {
    return this.game === this.games || this.layer.count === 0;
  }

  /** Adds one game to every beginning in every way, and keeps the best; answers how many ways there were. */
  advance(): number {
    this.childCount = 0;
    for (let parent = 0; parent < this.layer.count; parent++) this.extend(parent);
    this.select();
    [this.layer, this.next] = [this.next, this.layer];
    this.game++;
    return this.childCount;
  }

  /** Cells `opponent * 2 + (home ? 1 : 0)` at [team * rounds + round] of the shortest season, if one was completed. */
  codes(): Int16Array | undefined {
    const { layer: { count, lengths }, width, problem: { teams } } = this;
    if (count === 0 || this.game < this.games) return undefined;
    const rounds = 2 * (teams - 1), codes = new Int16Array(teams * rounds);
    let at = lengths.indexOf(Math.min(...lengths.subarray(0, count)));
    for (let game = this.games - 1; game >= 0; game--) {
      const added = this.added[game * width + at]!, round = Math.floor(game / (teams / 2));
      const host = Math.floor(added / teams), guest = added % teams;
      codes[host * rounds + round] = guest * 2 + 1;
      codes[guest * rounds + round] = host * 2;
      at = this.parents[game * width + at]!;
    }
    return codes;
  }

  private extend(parent: number): void {
    const { order, layer: { played }, problem: { teams } } = this;
    const done = played[parent]!;
    let at = 0;
    while (done >> order[at]! & 1) at++;
    const team = order[at]!;
    for (at++; at < teams; at++) {
      const other = order[at]!;
      if (done >> other & 1) continue;
      this.add(parent, team, other);
      this.add(parent, other, team);
    }
  }

  /** Adds a game, if it is allowed there. */
  private add(parent: number, host: number, guest: number): void {
    const { bounds, layer, problem: { teams, repeats } } = this;
    const hostBefore = layer.standings[parent * teams + host]!, guestBefore = layer.standings[parent * teams + guest]!;
    if (!(left(guestBefore) >> among(guest, host) & 1)) return;
    if (!repeats && last(hostBefore) === guest) return;
    const hostAfter = afterHosting(hostBefore, guest), guestAfter = afterVisiting(guestBefore, guest, host);
    if (run(hostAfter) > bounds.mostHome || run(guestAfter) > bounds.mostAway) return;
    const hostRest = bounds.after(host, hostAfter), guestRest = bounds.after(guest, guestAfter);
    if (hostRest >= impossible || guestRest >= impossible) return;
    const length = layer.lengths[parent]! + hostRest + bounds.way(host, hostBefore, hostAfter) -
      bounds.after(host, hostBefore) + guestRest + bounds.way(guest, guestBefore, guestAfter) -
      bounds.after(guest, guestBefore);
    const child = this.childCount++;
    this.childLengths[child] = length;
    this.childParents[child] = parent;
    this.childAdded[child] = host * teams + guest;
    this.keys[child] = Math.floor((length + this.noise * this.random.unit()) * parts) * children + child;
  }

  private select(): void {
    const { keys, width, next, childCount } = this;
    const sorted = keys.subarray(0, childCount).sort();
    const seen = new Set<number>();
    next.count = 0;
    for (let k = 0; k < childCount && next.count < width; k++) this.keep(sorted[k]! % children, seen);
  }

  /** Puts a child into the next layer, unless one like it is there. */
  private keep(child: number, seen: Set<number>): void {
    const { layer, next, problem: { teams } } = this;
    const parent = this.childParents[child]!, added = this.childAdded[child]!;
    const host = Math.floor(added / teams), guest = added % teams, row = parent * teams;
    const hostBefore = layer.standings[row + host]!, guestBefore = layer.standings[row + guest]!;
    const hostAfter = afterHosting(hostBefore, guest), guestAfter = afterVisiting(guestBefore, guest, host);
    const hash = layer.hashes[parent]! ^ mixed(host, hostBefore) ^ mixed(host, hostAfter) ^
      mixed(guest, guestBefore) ^ mixed(guest, guestAfter);
    if (seen.has(hash)) return;
    seen.add(hash);
    const at = next.count++;
    next.standings.set(layer.standings.subarray(row, row + teams), at * teams);
    next.standings[at * teams + host] = hostAfter;
    next.standings[at * teams + guest] = guestAfter;
    next.lengths[at] = this.childLengths[child]!;
    next.hashes[at] = hash;
    next.played[at] = (this.game + 1) % (teams / 2) ? layer.played[parent]! | 1 << host | 1 << guest : 0;
    this.parents[this.game * this.width + at] = parent;
    this.added[this.game * this.width + at] = added;
  }
}

const afterHosting = (standing: number, guest: number): number =>
  hosted(standing, guest, atHome(standing) ? run(standing) + 1 : 1);

const afterVisiting = (standing: number, team: number, host: number): number =>
  visited(standing, host, among(team, host), atHome(standing) ? 1 : run(standing) + 1);

/** Random bits of a team's standing. */
function mixed(team: number, standing: number): number {
  let word = Math.imul(standing ^ Math.imul(team, 0x9e3779b9), 0x85ebca6b);
  word = Math.imul(word ^ word >>> 13, 0xc2b2ae35);
  return word ^ word >>> 16;
}
