import { among, atHome, last } from "./standing.ts";
import type { TravelProblem } from "./timetable.ts";

/** From here no season ends without too long a run. */
export const impossible = 2 ** 29;

/** The most entries of all tables together: 64 MB. */
export const mostEntries = 2 ** 24;

/** What a beam is led by: lower bounds of the way that each team has yet to go. */
export interface Bounds {
  readonly mostHome: number;
  readonly mostAway: number;
  /** How far a team has to go at least from where it stands; 0 before its first game. */
  after(team: number, standing: number): number;
  /** The way to the next game. */
  way(team: number, from: number, to: number): number;
}

/** The distances between standings. */
export class Ways {
  readonly mostHome: number;
  readonly mostAway: number;
  /** Per team, distances between its opponents and its home, which comes last. */
  protected readonly ways: readonly Int32Array[];

  constructor(protected readonly problem: TravelProblem) {
    const { teams, distance } = problem;
    this.mostHome = Math.min(problem.mostHome, teams - 1);
    this.mostAway = Math.min(problem.mostAway, teams - 1);
    this.ways = Array.from({ length: teams }, (_, team) => {
      const places = Array.from({ length: teams }, (_, place) => place).filter((place) => place !== team).concat(team);
      return Int32Array.from(places.flatMap((from) => places.map((to) => distance[from * teams + to]!)));
    });
  }

  /** The way to the next game. */
  way(team: number, from: number, to: number): number {
    return this.ways[team]![this.place(team, from) * this.problem.teams + this.place(team, to)]!;
  }

  /** Where a team is: the number of an opponent, or the last one for home. */
  protected place(team: number, standing: number): number {
    return atHome(standing) ? this.problem.teams - 1 : among(team, last(standing));
  }
}
