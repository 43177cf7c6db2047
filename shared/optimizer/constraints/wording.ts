import type { Season } from "../season.ts";
import type { Side } from "./schemas.ts";

const words = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
/** `three`, `14`. */
export const inWords = (count: number): string => words[count] ?? String(count);

/** `three games`, `one game`. */
export const many = (count: number, noun: string): string => `${inWords(count)} ${noun}${count === 1 ? "" : "s"}`;

/** `three away games`. */
export const manyGames = (count: number, side?: Side): string =>
  many(count, side === undefined || side === "any" ? "game" : `${side} game`);

/** `1,250 miles`. */
export const miles = (count: number): string => `${Math.round(count).toLocaleString("en-US")} miles`;

const capitalized = (sentence: string) => sentence.charAt(0).toUpperCase() + sentence.slice(1);

/** A sentence: first letter large. */
export const sentence = (...parts: (string | false | undefined)[]): string =>
  capitalized(parts.filter(Boolean).join(" "));

/** Names of a season's teams and rounds in running text. */
export class Wording {
  constructor(readonly season: Season) {}

  team(team: number): string {
    return this.season.teamName(team);
  }

  /** `Kansas, Iowa State and TCU`. */
  teams(teams: readonly number[]): string {
    const names = teams.map((team) => this.team(team));
    return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
  }

  /** `TCU at Kansas`. */
  game(home: number, away: number): string {
    return `${this.team(away)} at ${this.team(home)}`;
  }

  /** `Kansas hosts TCU in round 6`, `TCU plays at Kansas in round 6`. */
  plays(team: number, { home, away, slot }: { home: number; away: number; slot: number }): string {
    const how = team === home ? `hosts ${this.team(away)}` : `plays at ${this.team(home)}`;
    return `${this.team(team)} ${how} ${this.slot(slot)}`;
  }

  /** `in round 6 (17 Jan)`. */
  slot(slot: number): string {
    return `in ${this.season.slotName(slot)}`;
  }

  /** `in round 6`, `in rounds 6-8 (10 Jan to 17 Jan)`. */
  span(from: number, to: number): string {
    const { season } = this;
    if (from === to) return this.slot(from);
    const dates = season.dated ? ` (${season.dayName(from)} to ${season.dayName(to)})` : "";
    return `in rounds ${season.roundNumber(from)}-${season.roundNumber(to)}${dates}`;
  }

  /** `in rounds 2, 6 and 9`. */
  slots(slots: readonly number[]): string {
    if (slots.length === 0) return "in no round";
    if (slots.length === 1) return this.slot(slots[0]!);
    const numbers = slots.map((slot) => this.season.roundNumber(slot));
    return `in rounds ${numbers.slice(0, -1).join(", ")} and ${numbers.at(-1)}`;
  }
}
