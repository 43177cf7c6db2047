import { countConstraint } from "./count-constraint.ts";
import { list, object, text, when, whole } from "./schemas.ts";
import { slotsWhen, teamsOf, type When } from "./selection.ts";
import { inWords, sentence } from "./wording.ts";

interface Params {
  teams?: string[];
  venue?: string;
  capacity?: number;
  when?: When;
}

/** Teams that share a venue are not at home in the same round. */
export const sharedVenue = countConstraint<Params>({
  type: "shared_venue",
  title: "Venue shared by teams",
  description:
    "Of the teams of one venue at most one (or `capacity`) is at home in a round. Rounds on the same day count as one.",
  penalty: "each home game beyond the capacity, of each day",
  schema: object(
    {
      teams: list(text("Id of a team"), "The teams that share; those of `venue` when left out", 2),
      venue: text("The venue, as teams name theirs"),
      capacity: whole("Games that the venue can take", 1, 100),
      when,
    },
    [],
    { anyOf: [{ required: ["venue"] }, { required: ["teams"] }] },
  ),
  example: { params: { teams: ["UCLA", "USC"] }, says: "UCLA and USC are not at home at the same time." },
  counters(season, { teams, venue, capacity = 1, when }) {
    const sharing = teamsOf(season, teams).filter((team) => !venue || season.venueOf(team) === venue);
    const meant = slotsWhen(season, when);
    const days = new Set([...meant.keys()].filter((slot) => meant[slot]).map((slot) => season.days[slot]!));
    return [...days].map((day) => ({
      counts: (home: number, _away: number, slot: number) =>
        season.days[slot] === day && meant[slot] === 1 && sharing.includes(home),
      max: capacity,
      teams: [],
      say: (words, count, games) =>
        sentence(
          words.teams(games.map(({ home }) => home)),
          count === 2 ? "are both at home" : `are all at home (${inWords(capacity)} can be)`,
          words.slot(games[0]!.slot),
          "and share a venue",
        ),
    }));
  },
});
