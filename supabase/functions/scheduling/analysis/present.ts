import type {
  Analysis,
  Clash,
  ConstraintChange,
  Suggestion,
  TeamReport,
  ViolationReport,
} from "../../../../shared/optimizer/analysis/mod.ts";
import { isOwn } from "../../../../shared/scheduling/league-of.ts";
import type { Judged } from "./leagues.ts";

/** Ids of the games that match-ups are; those that are not made yet are left out. */
const gamesOf = ({ games }: Judged, matchups: readonly number[]) => matchups.flatMap((matchup) => games[matchup] ?? []);

const violation = (judged: Judged) => ({ explanation, deviation, teams, rounds, matchups }: ViolationReport) => ({
  explanation,
  deviation,
  team_ids: teams,
  rounds,
  game_ids: gamesOf(judged, matchups),
});

/** Games that cannot both be, as they are answered. */
export const presentClashes = (judged: Judged, clashes: readonly Clash[]) =>
  clashes.map(({ matchups, ...clash }) => ({ ...clash, game_ids: gamesOf(judged, matchups) }));

/** What changes for the constraints of a schedule, as it is answered. */
export const presentChanges = (judged: Judged, changes: readonly ConstraintChange[]) =>
  changes.filter(({ constraint }) => isOwn({ id: constraint })).map(({ constraint, name, violations, ...rest }) => ({
    ...rest,
    constraint_id: constraint,
    name: name ?? null,
    violations: violations.map(violation(judged)),
  }));

const presentTeam = ({ team, longestTrip, longestHomeStand, longestRoadTrip, rest, ...figures }: TeamReport) => ({
  ...figures,
  team_id: team,
  longest_trip: longestTrip ?? null,
  longest_home_stand: longestHomeStand,
  longest_road_trip: longestRoadTrip,
  rest: rest ?? null,
});

/** A judgement with ids in place of indexes. */
export function presentAnalysis(judged: Judged, analysis: Analysis, number: number | null) {
  const { league, games, document: { schedule } } = judged;
  const { unplaced, clashes, constraints, teams, windows, ...figures } = analysis;
  return {
    ...figures,
    schedule_id: schedule.id,
    schedule_version: schedule.version,
    number,
    unplaced: unplaced.map((matchup) => ({
      home_team_id: league.matchups[matchup]!.home,
      away_team_id: league.matchups[matchup]!.away,
      game_id: games[matchup] ?? null,
    })),
    clashes: presentClashes(judged, clashes),
    constraints: constraints.filter(({ constraint }) => isOwn({ id: constraint })).map((report) => {
      const { constraint, name, violations, ...rest } = report;
      return { ...rest, constraint_id: constraint, name: name ?? null, violations: violations.map(violation(judged)) };
    }),
    teams: teams.map(presentTeam),
    windows: windows.map(({ window, ...value }) => ({ ...value, tv_window_id: window })),
  };
}

/** A suggestion with ids in place of indexes. */
export const presentSuggestion = (judged: Judged) => ({ changes, constraints, ...rest }: Suggestion) => ({
  ...rest,
  changes: changes.map(({ matchup, home, away, from, to, sidesExchanged }) => ({
    game_id: judged.games[matchup] ?? null,
    home_team_id: home,
    away_team_id: away,
    from,
    to,
    turned: sidesExchanged,
  })),
  constraints: presentChanges(judged, constraints),
});
