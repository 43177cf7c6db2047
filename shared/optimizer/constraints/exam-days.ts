import { LeagueError } from "../league-error.ts";
import { countConstraint } from "./count-constraint.ts";
import { dayNumber } from "../days.ts";
import { date, list, object, oneOf, team } from "./schemas.ts";
import { sentence } from "./wording.ts";

interface Params {
  exams: { team: string; dates: string[] }[];
  allow?: "nothing" | "home" | "away";
}

/** No games, or none away, while a team's students sit exams. */
export const examDays = countConstraint<Params>({
  type: "exam_days",
  title: "Exam days",
  description:
    "A team does not play on the exam days of its school. With `allow` home it may play at home then, with `allow` away it may travel.",
  penalty: "each game on an exam day",
  schema: object({
    exams: list(
      object({ team, dates: list(date(), "Exam days") }, ["team", "dates"]),
      "The exam days of each school",
    ),
    allow: oneOf(["nothing", "home", "away"], "Which games are allowed all the same; nothing when left out"),
  }, ["exams"]),
  example: {
    params: { exams: [{ team: "KU", dates: ["2025-12-08", "2025-12-09", "2025-12-10"] }], allow: "home" },
    says: "Kansas does not travel on its exam days.",
  },
  counters(season, { exams, allow = "nothing" }) {
    if (!season.dated) throw new LeagueError("invalid_params", "the rounds have no dates");
    return exams.map(({ team: id, dates }) => {
      const team = season.team(id);
      const days = new Set(dates.map(dayNumber));
      return {
        counts: (home, away, slot) =>
          days.has(season.days[slot]!) &&
          ((home === team && allow !== "home") || (away === team && allow !== "away")),
        max: 0,
        teams: [team],
        say: (words, _count, games) => sentence(words.plays(team, games[0]!), "on an exam day"),
      };
    });
  },
});
