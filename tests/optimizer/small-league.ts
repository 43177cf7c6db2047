import type { League, LeagueConstraint } from "../../shared/optimizer/league.ts";
import { type Format, matchupsOf } from "../../shared/optimizer/matchups.ts";

const places: [string, number, number][] = [
  ["Ash", 38.9, -95.2],
  ["Birch", 39.2, -96.6],
  ["Cedar", 42.0, -93.6],
  ["Dogwood", 36.1, -97.1],
  ["Elm", 32.7, -97.3],
  ["Fir", 31.5, -97.1],
  ["Ginkgo", 33.6, -101.9],
  ["Hazel", 39.6, -79.9],
];

/** Wednesdays and Saturdays from the first of January 2028 on, a Saturday. */
const dateOf = (index: number) =>
  new Date(Date.UTC(2028, 0, 1 + Math.floor(index / 2) * 7 + (index % 2) * 4)).toISOString().slice(0, 10);

/** A league of up to eight teams, rounds twice a week. Ids are the first letters of the names. */
export function smallLeague(
  { teams = 6, rounds, format = { kind: "double" }, constraints = [] }: {
    teams?: number;
    rounds: number;
    format?: Format;
    constraints?: Partial<LeagueConstraint>[];
  },
): League {
  const list = places.slice(0, teams).map(([name, latitude, longitude], index) => ({
    id: name[0]!,
    name,
    latitude,
    longitude,
    division: index % 2 ? "east" : "west",
    venue: index < 2 ? "Arena" : `${name} Hall`,
  }));
  return {
    teams: list,
    rounds: Array.from({ length: rounds }, (_, index) => ({ number: index + 1, date: dateOf(index) })),
    matchups: matchupsOf(list, format),
    constraints: constraints.map((constraint, index) => ({
      id: `c${index}`,
      type: "",
      params: {},
      hard: index % 2 === 0,
      weight: 1 + index % 3,
      ...constraint,
    })),
    windows: [{ id: "tv", name: "Big Saturday", value: 10, minimumQuality: 0.6 }],
  };
}
