import type { League, Placement } from "../../../shared/optimizer/league.ts";

/** `H` home games, `A` away games, `HA` both. */
export type Mode = "H" | "A" | "HA";

/** Plain questions about the games of a schedule; nothing is kept but the list of games. */
export class Schedule {
  readonly rounds: readonly number[];

  constructor(readonly league: League, readonly games: readonly Placement[]) {
    this.rounds = league.rounds.map(({ number }) => number);
  }

  /** Games of a team on a side, in any of the rounds. */
  of(team: string, mode: Mode, rounds: ReadonlySet<number>): Placement[] {
    return this.games.filter(({ home, away, round }) =>
      rounds.has(round) && ((mode !== "A" && home === team) || (mode !== "H" && away === team))
    );
  }

  /** Games of a team of the first set (on a side) against one of the second, in any of the rounds; each counts once. */
  between(
    first: ReadonlySet<string>,
    second: ReadonlySet<string>,
    mode: Mode,
    rounds: ReadonlySet<number>,
  ): Placement[] {
    return this.games.filter(({ home, away, round }) =>
      rounds.has(round) &&
      ((mode !== "A" && first.has(home) && second.has(away)) || (mode !== "H" && first.has(away) && second.has(home)))
    );
  }

  /** All games of a team in the order of rounds. */
  row(team: string): Placement[] {
    return this.games.filter(({ home, away }) => home === team || away === team)
      .sort((one, other) => one.round - other.round);
  }

  /** Rounds in which the team is at home (or away) as in its game before. */
  breaks(team: string, mode: Mode): number[] {
    const row = this.row(team);
    return row.filter((game, at) => {
      const before = row[at - 1], home = game.home === team;
      return before !== undefined && (before.home === team) === home && (mode === "HA" || (mode === "H") === home);
    }).map(({ round }) => round);
  }

  /** Games of two teams against each other in the order of rounds. */
  meetings(one: string, other: string): Placement[] {
    return this.row(one).filter(({ home, away }) => home === other || away === other);
  }

  /** What a team travels: from its place to its first game, from game to game, and home after the last one. */
  miles(team: string): number {
    const at = new Map(this.league.teams.map(({ id }, index) => [id, index]));
    const distances = this.league.distances;
    if (typeof distances === "function" || !distances) throw new Error("the instance has no distances");
    const places = [team, ...this.row(team).map(({ home }) => home), team];
    return places.slice(1).reduce(
      (miles, place, index) => miles + distances[at.get(places[index]!)!]![at.get(place)!]!,
      0,
    );
  }
}
