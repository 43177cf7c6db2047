const minute = 60_000;
const day = 24 * 60 * minute;

/** How far a zone's clocks are ahead of UTC at an instant, in milliseconds. */
function offsetAt(zone: string, instant: number): number {
  const format = new Intl.DateTimeFormat("sv", { timeZone: zone, dateStyle: "short", timeStyle: "medium" });
  return Date.parse(`${format.format(instant).replace(" ", "T")}Z`) - Math.floor(instant / 1000) * 1000;
}

/** The first midnight (UTC) of the coming days after which the zone's clocks show another time; null when none does. */
export function nextClockChange(zone: string, days: number): Date | null {
  const today = new Date().setUTCHours(0, 0, 0, 0);
  for (let n = 1; n <= days; n++) {
    const midnight = today + n * day;
    if (offsetAt(zone, midnight) !== offsetAt(zone, midnight + day)) return new Date(midnight);
  }
  return null;
}

/** So many weeks later at the same time of day on the zone's clocks. */
export function weeksLater(starts_at: string, weeks: number, zone: string): string {
  const start = Date.parse(starts_at);
  const later = start + weeks * 7 * day;
  return new Date(later + offsetAt(zone, start) - offsetAt(zone, later)).toISOString();
}

/** The Monday (UTC) of the week of an instant, and the one after it: a listing's range need not follow anyone's calendar. */
export function weekOf(instant: Date | number): { from_time: string; to_time: string } {
  const monday = new Date(instant);
  monday.setUTCHours(0, 0, 0, 0);
  monday.setUTCDate(monday.getUTCDate() + 1 - (monday.getUTCDay() || 7));
  return { from_time: monday.toISOString(), to_time: new Date(monday.getTime() + 7 * day).toISOString() };
}

/** From Monday to Monday. */
export const nextWeek = () => weekOf(Date.now() + 7 * day);
