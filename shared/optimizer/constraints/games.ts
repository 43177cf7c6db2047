import { list, team, text, when } from "./schemas.ts";
import type { Season } from "../season.ts";
import { slotsWhen, teamMask, type When } from "./selection.ts";
import type { Wording } from "./wording.ts";

/** Which games a parameter means; every part given must hold. */
export interface GameSelection {
  home?: string;
  away?: string;
  between?: string[];
  when?: When;
}

export const gameSelection = {
  home: { ...team, description: "The host" },
  away: { ...team, description: "The visitor" },
  between: list(text("Id of a team"), "Games among these teams, whoever hosts", 2),
  when,
};

/** The test, the teams and the slots of a selection, and its name in running text. */
export function gameOf(season: Season, { home, away, between, when }: GameSelection) {
  const meant = slotsWhen(season, when);
  const host = home === undefined ? -1 : season.team(home);
  const guest = away === undefined ? -1 : season.team(away);
  const among = teamMask(season, between);
  const named = between ? [...among.keys()].filter((team) => among[team]) : [];
  return {
    counts: (one: number, other: number, slot: number) =>
      meant[slot] === 1 && (host < 0 || host === one) && (guest < 0 || guest === other) && among[one] === 1 &&
      among[other] === 1,
    teams: [...new Set([host, guest, ...named])].filter((team) => team >= 0),
    slots: when ? [...meant.keys()].filter((slot) => meant[slot]) : [],
    name: (words: Wording) => {
      const guestName = guest < 0 ? "a game" : words.team(guest);
      if (between) return `a game of ${words.teams(named)}`;
      return host < 0 ? `a game of ${guestName} away` : `${guestName} at ${words.team(host)}`;
    },
  };
}
