import { slotsWhen } from "../constraints/selection.ts";
import { gameQuality, type TvWindowParams } from "../constraints/tv-window.ts";
import type { State } from "../engine/state.ts";
import type { Season } from "../season.ts";
import type { WindowReport } from "./types.ts";

/**
 * What the broadcast windows get that active `tv_window` constraints speak of: in each round of a window its value times
 * the quality of the best game, where that is at least the minimum.
 */
export function windowReports(season: Season, state: State): WindowReport[] {
  const games = state.games();
  return season.league.constraints.flatMap(({ type, params, active }) => {
    const { window: id, when, quality, minimum_quality } = params as TvWindowParams;
    const window = season.league.windows?.find((one) => one.id === id);
    if (type !== "tv_window" || active === false || !window) return [];
    const values = new Float64Array(season.teams);
    for (const { team, value } of quality) values[season.team(team)] = value;
    const least = minimum_quality ?? window.minimumQuality ?? 0;
    const meant = slotsWhen(season, when);
    const best = new Float64Array(season.slots);
    for (const { home, away, slot } of games) best[slot] = Math.max(best[slot]!, gameQuality(values, home, away));
    const slots = [...meant.keys()].filter((slot) => meant[slot]);
    return [{
      window: window.id,
      value: slots.reduce((sum, slot) => sum + (best[slot]! >= least ? window.value * best[slot]! : 0), 0),
      possible: window.value * slots.length,
    }];
  });
}
