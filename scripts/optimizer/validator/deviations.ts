import type { Mode, Schedule } from "./schedule.ts";

/** Parameters as the reader makes them; each type has those that it needs. */
interface Parameters {
  readonly teams: readonly string[];
  readonly teams1: readonly string[];
  readonly teams2: readonly string[];
  readonly rounds: readonly number[];
  readonly meetings: readonly (readonly [string, string])[];
  readonly mode: Mode;
  readonly mode1: Mode & string;
  readonly mode2: string;
  readonly homeMode?: Mode;
  readonly intp: number;
  readonly min: number;
  readonly max: number;
  readonly unit?: number;
  readonly pairs: readonly (readonly number[])[];
}

type Deviation = (schedule: Schedule, params: Parameters) => number;

const outside = (count: number, { min, max }: Parameters) => Math.max(0, count - max) + Math.max(0, min - count);
const sum = <Item>(items: readonly Item[], value: (item: Item) => number) =>
  items.reduce((total, item) => total + value(item), 0);
const pairs = (teams: readonly string[]) =>
  teams.flatMap((one, at) => teams.slice(at + 1).map((other): [string, string] => [one, other]));
const exceeds = (count: number, params: Parameters, compare: string) =>
  compare === "EQ" ? Math.abs(count - params.intp) : Math.max(0, count - params.intp);

/** Runs of consecutive items. */
const runs = <Item>(items: readonly Item[], length: number) =>
  items.slice(length - 1).map((_, at) => items.slice(at, at + length));

function ca2(schedule: Schedule, params: Parameters): number {
  const rounds = new Set(params.rounds);
  const count = (team: string, others: readonly string[]) =>
    schedule.between(new Set([team]), new Set(others), params.mode1, rounds).length;
  return sum(
    params.teams1,
    (team) =>
      params.mode2 === "GLOBAL"
        ? outside(count(team, params.teams2), params)
        : sum(params.teams2.filter((other) => other !== team), (other) => outside(count(team, [other]), params)),
  );
}

function ca3(schedule: Schedule, params: Parameters): number {
  const others = new Set(params.teams2);
  return sum(params.teams1, (team) => {
    const one = new Set([team]);
    if (params.mode2 === "SLOTS") {
      return sum(
        runs(schedule.rounds, params.intp),
        (rounds) => outside(schedule.between(one, others, params.mode1, new Set(rounds)).length, params),
      );
    }
    return sum(runs(schedule.row(team), params.intp), (games) =>
      outside(
        games.filter(({ home, away }) =>
          home === team ? params.mode1 !== "A" && others.has(away) : params.mode1 !== "H" && others.has(home)
        ).length,
        params,
      ));
  });
}

function ca4(schedule: Schedule, params: Parameters): number {
  const first = new Set(params.teams1), second = new Set(params.teams2);
  const spans = params.mode2 === "GLOBAL" ? [params.rounds] : params.rounds.map((round) => [round]);
  return sum(spans, (span) => outside(schedule.between(first, second, params.mode1, new Set(span)).length, params));
}

function fa2(schedule: Schedule, params: Parameters): number {
  const played = new Map(params.teams.map((team) => [
    team,
    params.rounds.map((last) =>
      schedule.of(team, params.mode, new Set(schedule.rounds.filter((round) => round <= last))).length
    ),
  ]));
  return sum(pairs(params.teams), ([one, other]) => {
    const greatest = Math.max(
      0,
      ...played.get(one)!.map((count, at) => Math.abs(count - played.get(other)![at]!)),
    );
    return Math.max(0, greatest - params.intp);
  });
}

/** How far a schedule is from what a constraint asks, by type, as the RobinX documentation defines it. */
export const deviations: Readonly<Record<string, Deviation>> = {
  CA1: (schedule, params) =>
    sum(params.teams, (team) => outside(schedule.of(team, params.mode, new Set(params.rounds)).length, params)),
  CA2: ca2,
  CA3: ca3,
  CA4: ca4,
  GA1: (schedule, params) =>
    outside(
      schedule.games.filter(({ home, away, round }) =>
        params.rounds.includes(round) && params.meetings.some(([one, other]) => one === home && other === away)
      ).length,
      params,
    ),
  BR1: (schedule, params) =>
    sum(params.teams, (team) =>
      exceeds(
        schedule.breaks(team, params.mode2 as Mode).filter((round) => params.rounds.includes(round)).length,
        params,
        params.mode1,
      )),
  BR2: (schedule, params) =>
    exceeds(
      sum(params.teams, (team) =>
        schedule.breaks(team, params.homeMode ?? "HA").filter((round) => params.rounds.includes(round)).length),
      params,
      params.mode2,
    ),
  FA2: fa2,
  SE1: (schedule, params) =>
    sum(pairs(params.teams), ([one, other]) => {
      const rounds = schedule.meetings(one, other).map(({ round }) => round);
      return sum(runs(rounds, 2), ([first, second]) => Math.max(0, params.min - (second! - first! - 1)));
    }),
  SE2: (schedule, params) =>
    sum(params.pairs, (rounds) =>
      sum(pairs(params.teams), ([one, other]) => {
        const met = schedule.meetings(one, other).map(({ round }) => round);
        return met.includes(rounds[0]!) === met.includes(rounds[1]!) ? 0 : 1;
      })),
  travel_distance: (schedule, { unit = 1 }) => sum(schedule.league.teams, ({ id }) => schedule.miles(id)) / unit,
};
