import type { Cells } from "../../columns.ts";

/** A game as it is printed. */
export interface PrintedGame {
  date: string;
  time: string;
  home: string;
  away: string;
  homeCode: string;
  awayCode: string;
  venue: string;
  neutral: boolean;
  /** Of a game that is off, over, or on a screen. */
  remark: string;
  off: boolean;
  round: number | null;
}

const text = (value: unknown) => typeof value === "string" ? value : "";

/** Days and times in the words of a language, at the wall clock of the venue. */
export class Words {
  readonly #day: Intl.DateTimeFormat;
  readonly #shortDay: Intl.DateTimeFormat;
  readonly #clock: Intl.DateTimeFormat;
  readonly #zones = new Map<string, Intl.DateTimeFormat>();
  readonly #locale: string;

  constructor(locale: string) {
    this.#locale = locale;
    this.#day = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeZone: "UTC" });
    this.#shortDay = new Intl.DateTimeFormat(locale, {
      weekday: "short",
      day: "numeric",
      month: "short",
      timeZone: "UTC",
    });
    this.#clock = new Intl.DateTimeFormat(locale, { timeStyle: "short", timeZone: "UTC" });
  }

  day = (date: string): string => this.#day.format(new Date(`${date}T00:00:00Z`));
  shortDay = (date: string): string => this.#shortDay.format(new Date(`${date}T00:00:00Z`));

  time({ time, starts_at, time_zone }: Cells): string {
    if (!text(time)) return "TBA";
    const clock = this.#clock.format(new Date(`1970-01-01T${text(time).padEnd(8, ":00")}Z`));
    return `${clock} ${this.#zoneName(text(time_zone), text(starts_at))}`.replace(/\s+/g, " ").trim();
  }

  #zoneName(zone: string, instant: string): string {
    let format = this.#zones.get(zone);
    if (!format) {
      format = new Intl.DateTimeFormat(this.#locale, { timeZone: zone, timeZoneName: "short", hour: "numeric" });
      this.#zones.set(zone, format);
    }
    return format.formatToParts(new Date(instant)).find(({ type }) => type === "timeZoneName")?.value ?? "";
  }
}

export function printedGame(row: Cells, words: Words): PrintedGame {
  const score = row.home_score !== null && row.away_score !== null ? `${row.away_score}–${row.home_score}` : "";
  const status = text(row.status);
  const off = status === "cancelled" || status === "postponed";
  return {
    date: text(row.date),
    time: words.time(row),
    home: text(row.home_name),
    away: text(row.away_name),
    homeCode: text(row.home_team),
    awayCode: text(row.away_team),
    venue: text(row.venue_name) || "Venue TBA",
    neutral: row.neutral === true,
    remark: off ? status[0]!.toUpperCase() + status.slice(1) : score || text(row.tv_window),
    off,
    round: typeof row.round === "number" ? row.round : null,
  };
}
