/** How far a zone's clocks are from UTC at an instant, in minutes. */
function offsetAt(format: Intl.DateTimeFormat, instant: number): number {
  const name = format.formatToParts(instant).find(({ type }) => type === "timeZoneName")!.value;
  const [, sign, hours, minutes = "0"] = /GMT([+-])(\d+)(?::(\d+))?/.exec(name) ?? [, "+", "0"];
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

const day = 86_400_000;

/** The instant, to the minute, from which on the offset is another one. */
function changeBetween(format: Intl.DateTimeFormat, from: number, to: number): number {
  const before = offsetAt(format, from);
  while (to - from > 60_000) {
    const middle = from + Math.floor((to - from) / 120_000) * 60_000;
    if (offsetAt(format, middle) === before) from = middle;
    else to = middle;
  }
  return to;
}

const two = (value: number) => `${value}`.padStart(2, "0");
const written = (offset: number) =>
  `${offset < 0 ? "-" : "+"}${two(Math.floor(Math.abs(offset) / 60))}${two(Math.abs(offset) % 60)}`;
const wallClock = (instant: number, offset: number) =>
  new Date(instant + offset * 60_000).toISOString().slice(0, 19).replace(/[-:]/g, "");

function observance(summer: boolean, from: number, to: number, instant: number): string {
  return [
    `BEGIN:${summer ? "DAYLIGHT" : "STANDARD"}`,
    `DTSTART:${wallClock(instant, from)}`,
    `TZOFFSETFROM:${written(from)}`,
    `TZOFFSETTO:${written(to)}`,
    `END:${summer ? "DAYLIGHT" : "STANDARD"}`,
  ].join("\r\n");
}

/**
 * A zone as iCalendar has it (RFC 5545, VTIMEZONE): each change of its clocks from a year before the first instant to a
 * year after the last, by the rules that this machine knows.
 */
export function timeZoneComponent(zone: string, first: number, last: number): string {
  const format = new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "longOffset" });
  const end = last + 366 * day;
  let at = first - 366 * day;
  let offset = offsetAt(format, at);
  const observances = [observance(false, offset, offset, at)];
  for (let next = at + 7 * day; at < end; at = next, next += 7 * day) {
    if (offsetAt(format, next) === offset) continue;
    const change = changeBetween(format, at, next);
    const after = offsetAt(format, change);
    observances.push(observance(after > offset, offset, after, change));
    offset = after;
    next = change;
  }
  return ["BEGIN:VTIMEZONE", `TZID:${zone}`, ...observances, "END:VTIMEZONE"].join("\r\n");
}

/**
 * A moment as a wall clock shows it, for the calendar library: it asks dates that know their zone for local fields, and
 * would take those of this machine's own zone from others.
 */
export class WallClock extends Date {
  readonly internal = new Date(0);

  /** @param wall - as in 2029-01-06T19:00:00 */
  constructor(wall: string) {
    super(`${wall}Z`);
  }

  withTimeZone(): this {
    return this;
  }
  tzComponents(): void {}
  override getFullYear = () => this.getUTCFullYear();
  override getMonth = () => this.getUTCMonth();
  override getDate = () => this.getUTCDate();
  override getHours = () => this.getUTCHours();
  override getMinutes = () => this.getUTCMinutes();
  override getSeconds = () => this.getUTCSeconds();
}
