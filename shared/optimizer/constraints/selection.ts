import { dayNumber } from "../days.ts";
import { LeagueError } from "../league-error.ts";
import type { Season } from "../season.ts";
import { type Side, weekdays } from "./schemas.ts";

/** Which rounds; see the schema `when`. */
export interface When {
  rounds?: number[];
  dates?: string[];
  from?: string;
  to?: string;
  weekdays?: (typeof weekdays[number])[];
  first?: number;
  last?: number;
}

const needsDates = ({ dates, from, to, weekdays }: When) => dates ?? from ?? to ?? weekdays;

/** 1 for each slot that is meant; all when nothing is said. Rounds that do not exist are an error, days without a round are not. */
export function slotsWhen(season: Season, when?: When): Uint8Array {
  const chosen = new Uint8Array(season.slots).fill(1);
  if (!when) return chosen;
  if (needsDates(when) && !season.dated) throw new LeagueError("invalid_params", "the rounds have no dates");
  const rounds = when.rounds && new Set(when.rounds.map((round) => season.slot(round)));
  const days = when.dates && new Set(when.dates.map(dayNumber));
  const week = when.weekdays && new Set(when.weekdays.map((name) => weekdays.indexOf(name)));
  const from = when.from === undefined ? -Infinity : dayNumber(when.from);
  const to = when.to === undefined ? Infinity : dayNumber(when.to);
  for (let slot = 0; slot < season.slots; slot++) {
    const day = season.days[slot]!;
    const meant = (!rounds || rounds.has(slot)) && (!days || days.has(day)) &&
      (!week || week.has(season.weekday(slot))) &&
      (!needsDates(when) || (day >= from && day <= to)) &&
      (when.first === undefined || slot < when.first) &&
      (when.last === undefined || slot >= season.slots - when.last);
    chosen[slot] = meant ? 1 : 0;
  }
  return chosen;
}

/** Indexes of the teams named, or of all. */
export const teamsOf = (season: Season, ids?: readonly string[]): number[] =>
  ids ? [...new Set(ids.map((id) => season.team(id)))] : Array.from({ length: season.teams }, (_, team) => team);

/** 1 for each team named. */
export function teamMask(season: Season, ids?: readonly string[]): Uint8Array {
  const mask = new Uint8Array(season.teams);
  for (const team of teamsOf(season, ids)) mask[team] = 1;
  return mask;
}

/** Whether a game at home (1) or away (0) is on that side. */
export const onSide = (side: Side | undefined, home: number): boolean =>
  side === undefined || side === "any" || (side === "home") === (home === 1);
