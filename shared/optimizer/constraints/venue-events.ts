import { LeagueError } from "../league-error.ts";
import { countConstraint, type Counter } from "./count-constraint.ts";
import { date, list, object, teams, text, whole } from "./schemas.ts";
import { dayNumber } from "../days.ts";
import { teamsOf } from "./selection.ts";
import { sentence } from "./wording.ts";

interface Params {
  venue?: string;
  teams?: string[];
  busy: { from: string; to?: string; event?: string }[];
  days_before?: number;
  days_after?: number;
}

/** The venue is taken by another sport or event on given days, with days to set up and to clear. */
export const venueEvents = countConstraint<Params>({
  type: "venue_events",
  title: "Venue shared with other sports or events",
  description:
    "The teams of a venue do not host while another sport or event has it; `days_before` and `days_after` are for setting up and clearing.",
  penalty: "each game hosted while the venue is taken",
  schema: object(
    {
      venue: text("The venue, as teams name theirs; or name teams"),
      teams,
      busy: list(
        object({ from: date("First day"), to: date("Last day; the first when left out"), event: text("What is on") }, [
          "from",
        ]),
        "When it is taken",
      ),
      days_before: whole("Days before that are needed too", 0, 30),
      days_after: whole("Days after that are needed too", 0, 30),
    },
    ["busy"],
    { anyOf: [{ required: ["venue"] }, { required: ["teams"] }] },
  ),
  example: {
    params: { teams: ["ASU"], busy: [{ from: "2025-12-13", to: "2025-12-18", event: "graduation" }] },
    says: "Arizona State's arena is closed for graduation from 13 to 18 December.",
  },
  counters(season, { venue, teams, busy, days_before = 0, days_after = 0 }) {
    if (!season.dated) throw new LeagueError("invalid_params", "the rounds have no dates");
    const hosts = teamsOf(season, teams).filter((team) => venue === undefined || season.venueOf(team) === venue);
    return busy.flatMap(({ from, to, event }) => {
      const first = dayNumber(from) - days_before;
      const last = dayNumber(to ?? from) + days_after;
      return hosts.map((team): Counter => ({
        counts: (home, _away, slot) => home === team && season.days[slot]! >= first && season.days[slot]! <= last,
        max: 0,
        teams: [team],
        say: (words, _count, games) =>
          sentence(words.plays(team, games[0]!), "while its venue is taken", event && `by ${event}`),
      }));
    });
  },
});
