import { type Bounds, impossible, mostEntries, Ways } from "./bounds.ts";
import { atHome, homes, left, mostTeams, run } from "./standing.ts";
import type { TravelProblem } from "./timetable.ts";

/**
 * How far each team has to go at least to end its season, whatever the others do, from every standing: the shortest
 * trips of at most `mostAway` games to the opponents yet to be visited, by the place and the run it is in. Found by
 * dynamic programming over the sets of opponents. Home games lie between the trips and cost nothing.
 */
export class TripBounds extends Ways implements Bounds {
  private readonly tables: readonly Int32Array[];

  constructor(problem: TravelProblem) {
    super(problem);
    this.tables = this.ways.map((ways) => this.fill(ways));
  }

  /** Whether the tables of a league are of a size to be made. */
  static fit({ teams, mostAway }: TravelProblem): boolean {
    return teams <= mostTeams && teams * 2 ** (teams - 1) * teams * kept(Math.min(mostAway, teams - 1)) <= mostEntries;
  }

  after(team: number, standing: number): number {
    if (run(standing) === 0) return 0;
    if (!this.canEnd(standing)) return impossible;
    return this.rest(this.tables[team]!, this.ways[team]!, left(standing), this.place(team, standing), run(standing));
  }

  /** Whether the games that are left fit between one another without too long a run. */
  private canEnd(standing: number): boolean {
    const { mostHome, mostAway } = this, visits = bits(left(standing)), hosts = homes(standing);
    return atHome(standing)
      ? hosts <= mostHome - run(standing) + mostHome * visits && visits <= mostAway * (hosts + 1)
      : visits <= mostAway - run(standing) + mostAway * hosts && hosts <= mostHome * (visits + 1);
  }

  private at(left: number, place: number, run: number): number {
    return (left * this.problem.teams + place) * kept(this.mostAway) + run - 1;
  }

  private rest(table: Int32Array, ways: Int32Array, left: number, place: number, run: number): number {
    const home = this.problem.teams - 1;
    if (place === home) return table[this.at(left, home, 1)]!;
    if (run < this.mostAway) return table[this.at(left, place, run)]!;
    return ways[place * this.problem.teams + home]! + table[this.at(left, home, 1)]!;
  }

  private fill(ways: Int32Array): Int32Array {
    const { teams } = this.problem, home = teams - 1, sets = 1 << home;
    const table = new Int32Array(sets * teams * kept(this.mostAway));
    for (let left = 0; left < sets; left++) {
      if (left) table[this.at(left, home, 1)] = this.shortest(table, ways, left, home, 0);
      for (let place = 0; place < home; place++) {
        if (left >> place & 1) continue;
        const back = ways[place * teams + home]! + table[this.at(left, home, 1)]!;
        for (let run = 1; run < this.mostAway; run++) {
          table[this.at(left, place, run)] = Math.min(back, this.shortest(table, ways, left, place, run));
        }
      }
    }
    return table;
  }

  /** By way of one of the opponents that are left; Infinity where there is none. */
  private shortest(table: Int32Array, ways: Int32Array, left: number, place: number, run: number): number {
    const from = place * this.problem.teams;
    let best = Infinity;
    for (let more = left; more; more &= more - 1) {
      const next = 31 - Math.clz32(more & -more);
      best = Math.min(best, ways[from + next]! + this.rest(table, ways, left ^ 1 << next, next, run + 1));
    }
    return best;
  }
}

/** Runs of away games that have entries: from the longest the way leads home. */
const kept = (mostAway: number): number => Math.max(1, mostAway - 1);

function bits(set: number): number {
  let count = 0;
  for (let more = set; more; more &= more - 1) count++;
  return count;
}
