import { BYE, State } from "./engine/state.ts";
import type { CompiledLeague, Placement } from "./league.ts";
import { LeagueError } from "./league-error.ts";

/** Where each game of a state stands: a matchup keeps its sides where a game with those sides is there. */
export function placementsOf({ season, league }: CompiledLeague, state: State): Placement[] {
  const open = new Map<string, number[]>();
  const pair = (one: number, other: number) => `${Math.min(one, other)} ${Math.max(one, other)}`;
  for (let game = 0; game < season.games; game++) {
    const key = pair(season.home[game]!, season.away[game]!);
    open.set(key, [...(open.get(key) ?? []), game]);
  }
  const games = state.games();
  const taken = new Map<(typeof games)[number], number>();
  for (const sameSides of [true, false]) {
    for (const game of games) {
      if (taken.has(game)) continue;
      const list = open.get(pair(game.home, game.away)) ?? [];
      const at = list.findIndex((matchup) => !sameSides || season.home[matchup] === game.home);
      if (at >= 0) taken.set(game, list.splice(at, 1)[0]!);
    }
  }
  return games.filter((game) => taken.has(game)).map((game) => ({
    matchup: taken.get(game)!,
    round: season.roundNumber(game.slot),
    home: league.teams[game.home]!.id,
    away: league.teams[game.away]!.id,
  }));
}

/** A placement in numbers. Throws a LeagueError for a matchup, round or team that the league has not. */
export function located({ season, league }: CompiledLeague, placement: Placement) {
  const { matchup, round, home, away } = placement;
  const sides = league.matchups[matchup];
  if (!sides) throw new LeagueError("invalid_placement", `there is no matchup ${matchup}`);
  const same = sides.home === home && sides.away === away;
  if (!same && !(sides.home === away && sides.away === home)) {
    throw new LeagueError("invalid_placement", `matchup ${matchup} is ${sides.away} at ${sides.home}`);
  }
  return { slot: season.slot(round), home: season.team(home), away: season.team(away) };
}

/** The state of placements; games of a team that already plays in the round are returned, not placed. */
export function stateOf(compiled: CompiledLeague, placements: readonly Placement[]): {
  state: State;
  clashes: Placement[];
} {
  const state = new State(compiled.problem);
  const clashes: Placement[] = [];
  for (const placement of placements) {
    const { slot, home, away } = located(compiled, placement);
    const busy = [home, away].some((team) => state.cells[team * state.slots + slot] !== BYE);
    if (busy) clashes.push(placement);
    else state.place(home, away, slot);
  }
  return { state, clashes };
}
