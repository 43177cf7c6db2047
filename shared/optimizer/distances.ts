import { LeagueError } from "./league-error.ts";

/** Miles: a matrix in the order of the teams, or a function of two ids. */
export type Distances = readonly (readonly number[])[] | ((from: string, to: string) => number);

interface Place {
  id: string;
  latitude?: number;
  longitude?: number;
}

const earthRadiusMiles = 3958.8;
const radians = (degrees: number) => degrees * Math.PI / 180;

/** Great-circle distance in miles between two places in degrees. */
export function greatCircleMiles(from: Required<Place>, to: Required<Place>): number {
  const latitude = Math.sin(radians(to.latitude - from.latitude) / 2);
  const longitude = Math.sin(radians(to.longitude - from.longitude) / 2);
  const chord = latitude ** 2 + Math.cos(radians(from.latitude)) * Math.cos(radians(to.latitude)) * longitude ** 2;
  return 2 * earthRadiusMiles * Math.asin(Math.min(1, Math.sqrt(chord)));
}

const isPlaced = (place: Place): place is Required<Place> =>
  place.latitude !== undefined && place.longitude !== undefined;

function milesBetween(distances: Distances | undefined, teams: readonly Place[], from: number, to: number): number {
  const [one, other] = [teams[from]!, teams[to]!];
  if (typeof distances === "function") return distances(one.id, other.id);
  if (distances) return distances[from]?.[to] ?? NaN;
  return isPlaced(one) && isPlaced(other) ? greatCircleMiles(one, other) : 0;
}

/** Miles from team to team (`from * teams + to`); 0 where a place is unknown. */
export function distanceMatrix(teams: readonly Place[], distances?: Distances): Float64Array {
  const matrix = new Float64Array(teams.length ** 2);
  for (let from = 0; from < teams.length; from++) {
    for (let to = 0; to < teams.length; to++) {
      if (from === to) continue;
      const miles = milesBetween(distances, teams, from, to);
      if (!(miles >= 0 && miles < 1e6)) {
        throw new LeagueError("invalid_distances", `no distance from ${teams[from]!.id} to ${teams[to]!.id}`);
      }
      matrix[from * teams.length + to] = miles;
    }
  }
  return matrix;
}
