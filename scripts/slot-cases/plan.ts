import { blockedPeriods, canBeClaims, type Period } from "./busy.ts";
import type { Resource, SlotCase } from "./format.ts";

/** How busy time is told to the database: as read from another calendar, or as claims. */
export type BusyAs = "imported" | "claims";

export interface PlannedResource {
  readonly timeZone: string;
  readonly capacity: number;
  readonly weekly: { readonly weekday: number; readonly opens: string; readonly closes: string }[];
  readonly overrides: {
    readonly day: string;
    readonly windows: { readonly opens: string; readonly closes: string }[];
  }[];
  readonly periods: readonly Period[];
}

/** A row of the type `calendar.grid`. */
export interface Grid {
  readonly mode: string;
  readonly boundaries: readonly number[];
  readonly since?: string;
}

/** As `public.set_booking_limits` takes them. */
export interface Limit {
  readonly subject: "resource";
  readonly period: string;
  readonly unit: string;
  readonly maximum: number;
}

/** A case in the terms of the calendar kernel. */
export interface Plan {
  readonly resources: readonly PlannedResource[];
  /** Indexes of the resources that serve together. */
  readonly teams: readonly (readonly number[])[];
  /** What may be asked for: from the query, not before the notice is over. */
  readonly from: number;
  readonly to: number;
  /** Where the grid counts from, if not from the opening. */
  readonly grid?: Grid;
  readonly limits: readonly Limit[];
  readonly busyAs: readonly BusyAs[];
}

const weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/** Of windows that open at the same time the longest holds the others: a resource has one window a start. */
function windows(list: readonly (readonly [string, string])[]) {
  const length = ([opens, closes]: readonly [string, string]) => closes > opens ? closes : `next day ${closes}`;
  const longest = new Map<string, readonly [string, string]>();
  for (const window of list) {
    const rival = longest.get(window[0]);
    if (!rival || length(window) > length(rival)) longest.set(window[0], window);
  }
  return [...longest.values()].map(([opens, closes]) => ({ opens, closes }));
}

function planResource(resource: Resource, periods: readonly Period[], capacity: number): PlannedResource {
  const { weekly, overrides } = resource.working_hours ?? {};
  return {
    timeZone: resource.timezone ?? "UTC",
    capacity,
    weekly: Object.entries(weekly ?? {}).flatMap(([day, list]) =>
      windows(list ?? []).map((window) => ({ weekday: weekdays.indexOf(day.slice(0, 3).toLowerCase()) + 1, ...window }))
    ),
    overrides: Object.entries(overrides ?? {}).map(([day, list]) => ({ day, windows: windows(list ?? []) })),
    periods,
  };
}

function teamsOf(resources: readonly Resource[], combine: string): number[][] {
  const all = resources.map((_, at) => at);
  if (combine === "all") return [all];
  if (combine === "any") return all.map((at) => [at]);
  if (combine !== "required_plus_any") throw new Error(`combine "${combine}" is not known`);
  const required = all.filter((at) => resources[at]!.role === "required");
  return all.filter((at) => !required.includes(at)).map((other) => [...required, other]);
}

function gridOf({ grid, duration_min, interval_min }: SlotCase, notice: number): Grid | undefined {
  if (grid.mode === "opening") return undefined;
  const boundaries = grid.mode === "gap" ? [grid.round_to_min ?? interval_min ?? duration_min] : grid.prefer ?? [];
  return { mode: grid.mode, boundaries, ...isFinite(notice) && { since: new Date(notice).toISOString() } };
}

function limitsOf({ limits }: SlotCase): Limit[] {
  return Object.entries(limits ?? {}).filter(([, maximum]) => maximum != null).map(([name, maximum]) => {
    const [, unit, period] = /^max_(bookings|minutes)_per_(day|week|month)$/.exec(name) ?? [];
    if (!unit || !period) throw new Error(`limit "${name}" is not known`);
    return { subject: "resource", period, unit, maximum: maximum! };
  });
}

/** Translates a case. A party takes all its seats at once, so it finds room where one seat fits into what it leaves. */
export function planOf(from: SlotCase): Plan {
  const own: Resource = { timezone: from.timezone, working_hours: from.working_hours };
  const resources: Resource[] = from.resources?.length ? from.resources : [own];
  const everybody = [...from.busy ?? [], ...from.shared_busy ?? []];
  const counted = from.capacity != null;
  const capacity = counted ? Math.max(from.capacity! - (from.party_size ?? 1) + 1, 0) : 1;
  const planned = resources.map((resource) =>
    planResource(resource, blockedPeriods([...everybody, ...resource.busy ?? []], from), Math.max(capacity, 1))
  );
  const notice = from.now ? Date.parse(from.now) + (from.min_notice_min ?? 0) * 60_000 : -Infinity;
  const claimable = counted || planned.every(({ periods }) => canBeClaims(periods));
  const busy = planned.some(({ periods }) => periods.length > 0);
  return {
    resources: planned,
    teams: capacity < 1 ? [] : teamsOf(resources, from.combine ?? "any"),
    from: Math.max(Date.parse(from.query.from), notice),
    to: Date.parse(from.query.to),
    grid: gridOf(from, notice),
    limits: limitsOf(from),
    busyAs: counted ? ["claims"] : busy && claimable ? ["imported", "claims"] : ["imported"],
  };
}
