/** The 72 conference games of a football season, with days local to the venue. */
import type { LeagueConstraint } from "../../shared/optimizer/league.ts";
import type { TimedPlacement } from "../../shared/optimizer/analysis/mod.ts";
import { csvRows, numbered, type Published, readData } from "./season-data.ts";

/** Stadiums that are not the home of a team of the list. */
const otherZones: Record<string, string> = { "Aviva Stadium": "Europe/Dublin" };

/** ISO day of an instant where the clocks show `zone`. */
export const localDay = (instant: string, zone: string) =>
  new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" })
    .format(new Date(instant));

/** The season; one round a day on which games are played. */
export async function readFootball(): Promise<Published & { placements: readonly TimedPlacement[] }> {
  const games = csvRows(await readData("big12_football_2025.csv"));
  const stadiums = csvRows(await readData("fbs_stadiums_cfbd.csv"));
  const schools = [...new Set(games.flatMap(({ home, away }) => [home!, away!]))].sort();
  const stadiumOf = (school: string) => stadiums.find(({ School }) => School === school)!;
  const days = games.map(({ kickoff_utc, home, venue }) =>
    localDay(kickoff_utc!, otherZones[venue!] ?? stadiumOf(home!)["Location Timezone"]!)
  );
  const dates = [...new Set(days)].sort();
  return {
    league: {
      teams: schools.map((name) => {
        const stadium = stadiumOf(name);
        const [latitude, longitude] = [stadium["Location Latitude"], stadium["Location Longitude"]].map(Number);
        return { id: name, name, venue: stadium["Location Name"], latitude, longitude };
      }),
      rounds: dates.map((date, index) => ({ number: index + 1, date })),
      matchups: games.map(({ home, away, venue, neutral }) => ({
        home: home!,
        away: away!,
        venue: venue!,
        neutral: neutral === "true",
        fixed: true,
      })),
      constraints: [],
    },
    placements: games.map(({ home, away, kickoff_utc }, matchup) => ({
      matchup,
      round: dates.indexOf(days[matchup]!) + 1,
      home: home!,
      away: away!,
      startsAt: kickoff_utc!,
    })),
  };
}

const months = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October"];
months.push("November", "December");

/** What no game of 2025-26 may break: Sundays and conference days of BYU, exam days, closed venues. */
export async function campusRules(): Promise<LeagueConstraint[]> {
  const exams = csvRows(await readData("big12/final_exam_schedules_2025-26.csv")).map((row) => ({
    team: row.School!,
    dates: [...row["Fall 2025 Final Exam Days"]!.matchAll(/([A-Z][a-z]+) (\d+)/g)].map(([, month, day]) =>
      `2025-${String(months.indexOf(month!) + 1).padStart(2, "0")}-${day!.padStart(2, "0")}`
    ),
  }));
  const hard = (name: string, type: string, params: unknown) => ({ name, type, params, hard: true, weight: 1 });
  return numbered([
    hard("BYU plays on no Sunday", "blackout", { teams: ["BYU"], when: { weekdays: ["sunday"] } }),
    hard("BYU does not host during General Conference", "blackout", {
      teams: ["BYU"],
      side: "home",
      when: { dates: ["2025-10-04", "2025-10-05"] },
    }),
    hard("exam days", "exam_days", { exams }),
    hard("Arizona State's arena is closed", "venue_events", {
      teams: ["Arizona State"],
      busy: [{ from: "2025-12-13", to: "2025-12-18", event: "graduation" }],
    }),
    hard("TCU cannot host", "venue_events", { teams: ["TCU"], busy: [{ from: "2025-12-13", event: "commencement" }] }),
  ]);
}
