import { countConstraint } from "./count-constraint.ts";
import { object, type Side, side, teams, text, when } from "./schemas.ts";
import { onSide, slotsWhen, teamsOf } from "./selection.ts";
import type { When } from "./selection.ts";
import { sentence } from "./wording.ts";

interface Params {
  teams?: string[];
  side?: Side;
  when: When;
  reason?: string;
}

/** No game of a team, or none at home, in some rounds: "BYU does not play on Sundays". */
export const blackout = countConstraint<Params>({
  type: "blackout",
  title: "Blackout dates",
  description:
    "A team does not play, or (side `home`) does not host because the venue is closed, in some rounds or on some days.",
  penalty: "each game in spite of it",
  schema: object({
    teams,
    side: side("Which games are forbidden: `home` for a closed venue, `any` when left out"),
    when,
    reason: text("What is the matter, for the explanation"),
  }, ["when"]),
  example: {
    params: { teams: ["BYU"], when: { weekdays: ["sunday"] }, reason: "no competition on Sundays" },
    says: "BYU does not play on Sundays.",
  },
  counters(season, { teams, side, when, reason }) {
    const closed = slotsWhen(season, when);
    return teamsOf(season, teams).map((team) => ({
      counts: (home, away, slot) =>
        closed[slot] === 1 && (home === team ? onSide(side, 1) : away === team && onSide(side, 0)),
      max: 0,
      teams: [team],
      say: (words, _count, games) => sentence(words.plays(team, games[0]!), reason && `(${reason})`),
    }));
  },
});
