import type { TeamRow } from "../constraints/team-row.ts";
import type { Season } from "../season.ts";
import { restsOf } from "./teams.ts";
import type { ConstraintReport, ScorePart, TeamReport, WindowReport } from "./types.ts";

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const share = (part: number, whole: number, otherwise = 1) => whole > 0 ? part / whole : otherwise;
const within = (value: number) => Math.min(1, Math.max(0, value));

/** Miles when each away game is a trip of its own, and of the shortest tree over home and all places visited. */
function travelBounds(season: Season, row: TeamRow): { apart: number; tree: number } {
  const places = [row.team];
  let apart = 0;
  for (let game = 0; game < row.games; game++) {
    if (row.home[game]) continue;
    places.push(row.opponent[game]!);
    apart += season.distance(row.team, row.opponent[game]!) + season.distance(row.opponent[game]!, row.team);
  }
  const away = places.slice(1);
  const near = away.map((place) => season.distance(row.team, place));
  let tree = 0;
  for (const _ of places.slice(1)) {
    const next = near.indexOf(Math.min(...near));
    tree += near[next]!;
    near[next] = Infinity;
    for (const [at, place] of away.entries()) {
      if (near[at] !== Infinity) near[at] = Math.min(near[at]!, season.distance(away[next]!, place));
    }
  }
  return { apart, tree };
}

/** How much of what could be saved over trips of one game each is saved; nobody gets to 1. */
function travelValue(season: Season, rows: readonly TeamRow[], teams: readonly TeamReport[]): number {
  const bounds = rows.map((row) => travelBounds(season, row));
  const apart = sum(bounds.map((bound) => bound.apart));
  const tree = sum(bounds.map((bound) => bound.tree));
  return within(share(apart - sum(teams.map(({ miles }) => miles)), apart - tree));
}

/** Soft constraints kept, by weight: a constraint that is off by as much as it has terms counts half. */
function constraintsValue(reports: readonly ConstraintReport[], terms: (index: number) => number): number {
  const soft = reports.map((report, index) => ({ ...report, terms: terms(index) })).filter(({ hard }) => !hard);
  const kept = soft.map(({ weight, deviation, terms }) => weight * terms / (terms + deviation));
  return share(sum(kept), sum(soft.map(({ weight }) => weight)));
}

/**
 * The score of a schedule, 0 to 1, and its parts.
 *
 * The parts and their shares: soft constraints kept (.4), travel (.2: what is saved of the miles that trips of one game
 * each would take, over what a shortest tree would save), balance of home and away (.1: 1 less the mean excess over one
 * game, per game), flow (.1: games that change sides), rest (.1: gaps between games with a day off or more), TV (.1:
 * value reached of that possible). A part that has nothing to judge, no soft constraints or places or dates or windows,
 * gives its share to the others. The mean by share is multiplied by the share of games placed; with hard constraints
 * broken or clashes it is at most .5 / (1 + how many).
 */
export function scoreOf(
  season: Season,
  rows: readonly TeamRow[],
  teams: readonly TeamReport[],
  reports: readonly ConstraintReport[],
  windows: readonly WindowReport[],
  { placed, faults, terms }: { placed: number; faults: number; terms: (index: number) => number },
): { score: number; breakdown: ScorePart[] } {
  const games = sum(teams.map((team) => team.games));
  const excess = sum(teams.map(({ home, away }) => Math.max(0, Math.abs(home - away) - 1)));
  const rests = rows.flatMap((row) => restsOf(season, row));
  const possible = sum(windows.map((window) => window.possible));
  const parts: (ScorePart & { judged: boolean })[] = [
    {
      part: "constraints",
      share: 0.4,
      value: constraintsValue(reports, terms),
      judged: reports.some(({ hard }) => !hard),
    },
    {
      part: "travel",
      share: 0.2,
      value: travelValue(season, rows, teams),
      judged: season.miles.some((miles) => miles > 0),
    },
    { part: "balance", share: 0.1, value: 1 - share(excess, games, 0), judged: games > 0 },
    {
      part: "flow",
      share: 0.1,
      value: 1 - share(sum(teams.map(({ breaks }) => breaks)), games - teams.length, 0),
      judged: true,
    },
    {
      part: "rest",
      share: 0.1,
      value: share(rests.filter((days) => days > 0).length, rests.length),
      judged: season.dated,
    },
    { part: "tv", share: 0.1, value: share(sum(windows.map(({ value }) => value)), possible), judged: possible > 0 },
  ];
  const judged = parts.filter((part) => part.judged);
  const whole = sum(judged.map((part) => part.share));
  const breakdown = judged.map(({ part, value, share }) => ({ part, value: within(value), share: share / whole }));
  const mean = sum(breakdown.map(({ value, share }) => value * share)) * placed;
  return { score: faults > 0 ? Math.min(mean, 0.5 / (1 + faults)) : mean, breakdown };
}
