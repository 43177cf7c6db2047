/** A season of 16 teams and 18 games with the constraints that a conference wrote down. */
import { matchupsOf } from "../../shared/optimizer/matchups.ts";
import type { League, LeagueConstraint } from "../../shared/optimizer/league.ts";
import { csvRows, numbered, readData } from "./season-data.ts";

interface School {
  school_name: string;
  school_code: string;
  latitude: number;
  longitude: number;
}

const day = (date: Date) => date.toISOString().slice(0, 10);

/** Nineteen rounds: the 13th of December, then Saturdays and midweek days from the third of January 2026; three of those are Mondays for television. */
function rounds(): { number: number; date: string }[] {
  const first = Date.UTC(2026, 0, 3);
  const dates = ["2025-12-13"];
  for (let week = 0; week < 10; week++) {
    dates.push(day(new Date(first + week * 7 * 86_400_000)));
    if (week < 8) dates.push(day(new Date(first + (week * 7 + ([2, 4, 6].includes(week) ? 2 : 3)) * 86_400_000)));
  }
  return dates.map((date, index) => ({ number: index + 1, date }));
}

const months = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

/** `December 12, December 13` of 2025. */
const examDates = (text: string, year: number) =>
  [...text.matchAll(/([A-Z][a-z]+) (\d+)/g)].map(([, month, date]) =>
    day(new Date(Date.UTC(year, months.indexOf(month!), Number(date))))
  );

const weekend = { weekdays: ["saturday", "sunday"] };

/** Hard constraints of the report for men's basketball, of the campuses and of all sports. */
function hardOnes(exams: unknown): Omit<LeagueConstraint, "id">[] {
  const hard = (name: string, type: string, params: unknown) => ({ name, type, params, hard: true, weight: 1 });
  return [
    hard("at least 2 of the first 4 at home, 2 away", "home_games", {
      side: "home",
      minimum: 2,
      maximum: 2,
      first_games: 4,
    }),
    hard("at least 2 of the last 4 at home, 2 away", "home_games", {
      side: "home",
      minimum: 2,
      maximum: 2,
      last_games: 4,
    }),
    hard("at least 4 weekend home games", "home_games", { side: "home", minimum: 4, maximum: 6, when: weekend }),
    hard("no more than 2 road games in a row", "consecutive_games", { side: "away", maximum: 2 }),
    hard("no more than 3 home games in a row", "consecutive_games", { side: "home", maximum: 3 }),
    hard("a road Monday game follows a home Saturday, near ones excepted", "preceding_game", {
      when: { weekdays: ["monday"] },
      side: "away",
      preceded_by: "home",
      within_days: 3,
      except_within_miles: 400,
    }),
    hard("no Saturday-Monday-Wednesday", "games_in_span", { maximum: 2, days: 5 }),
    hard("10 days and 3 rounds before a rematch", "rematch_separation", { minimum_days: 10, minimum_rounds: 3 }),
    hard("BYU plays on no Sunday", "blackout", {
      teams: ["BYU"],
      when: { weekdays: ["sunday"] },
      reason: "no Sundays",
    }),
    hard("no games during exams", "exam_days", { exams }),
    hard("Arizona State's arena is closed", "venue_events", {
      teams: ["ASU"],
      busy: [{ from: "2025-12-13", to: "2025-12-18", event: "graduation" }, { from: "2026-02-10", event: "a concert" }],
    }),
    hard("TCU cannot host on a day", "venue_events", {
      teams: ["TCU"],
      busy: [{ from: "2026-01-24", event: "gymnastics" }],
    }),
    hard("Utah's arena has gymnastics", "venue_events", {
      teams: ["UTAH"],
      busy: [{ from: "2026-01-17", event: "gymnastics" }, { from: "2026-02-14", event: "gymnastics" }],
      days_before: 1,
    }),
    hard("Kansas cannot host while wrestling has the arena", "venue_events", {
      teams: ["KU"],
      busy: [{ from: "2026-01-06", event: "wrestling" }],
    }),
    hard("a day off at least", "rest_days", { minimum: 1 }),
    hard("more rest after a long way", "rest_days", { minimum: 0, by_distance: [{ miles: 1200, minimum: 2 }] }),
    hard("at most one idle round", "byes", { maximum: 1 }),
    hard("no trip over 4,500 miles", "longest_trip", { maximum_miles: 4500 }),
  ];
}

/** Soft constraints of the report, with its weights. */
function softOnes(quality: { team: string; value: number }[]): Omit<LeagueConstraint, "id">[] {
  const soft = (name: string, weight: number, type: string, params: unknown) => ({
    name,
    type,
    params,
    hard: false,
    weight,
  });
  const best = quality.filter(({ value }) => value >= 0.9).map(({ team }) => team);
  return [
    soft("byes midweek, not on weekends", 0.7, "byes", { maximum: 0, when: weekend }),
    soft("no 4 of 5 on the road", 0.7, "road_share", { of: 5, maximum: 3 }),
    soft("no 4 of the first 6 on the road", 0.7, "road_share", { of: 6, maximum: 3, at: "first" }),
    soft("no 4 of the last 6 on the road", 0.7, "road_share", { of: 6, maximum: 3, at: "last" }),
    soft("no opening with two road games", 0.5, "road_share", { of: 2, maximum: 1, at: "first" }),
    soft("no closing with two road games", 0.5, "road_share", { of: 2, maximum: 1, at: "last" }),
    soft("opponents coming off a bye balanced", 0.65, "bye_advantage", { maximum: 1 }),
    soft("a home Monday game follows a road game", 0.6, "preceding_game", {
      when: { weekdays: ["monday"] },
      side: "home",
      preceded_by: "away",
    }),
    soft("15 days before a rematch", 0.5, "rematch_separation", { minimum_days: 15 }),
    soft("one set of two road games", 0.3, "streak_count", { side: "away", length: 2, maximum: 3 }),
    soft("two rounds without a home game", 0.8, "home_gap", { maximum_rounds: 3 }),
    soft("balanced by month", 0.7, "monthly_balance", { maximum_difference: 2 }),
    soft("a good game each Monday", 0.8, "tv_window", {
      window: "monday",
      when: { weekdays: ["monday"] },
      quality,
      minimum: 2,
      each_round: true,
    }),
    soft("good games on Saturdays", 0.8, "tv_window", { window: "saturday", when: weekend, quality, minimum: 15 }),
    soft("Kansas and Kansas State on a Saturday in February", 0.9, "rivalry", {
      teams: ["KU", "KSU"],
      when: { weekdays: ["saturday"], from: "2026-02-01", to: "2026-02-28" },
    }),
    soft("Arizona and Arizona State on the last day", 0.9, "rivalry", { teams: ["ARIZ", "ASU"], when: { last: 1 } }),
    soft("BYU and Utah on a Saturday", 0.9, "rivalry", { teams: ["BYU", "UTAH"], when: { weekdays: ["saturday"] } }),
    soft("the best do not meet in the first rounds", 0.4, "forbidden_game", { between: best, when: { first: 2 } }),
    soft("Kansas hosts on a Monday", 0.4, "required_game", { home: "KU", when: { weekdays: ["monday"] } }),
    soft("travel partners on one trip", 0.5, "travel_partners", {
      pairs: [["ARIZ", "ASU"], ["BYU", "UTAH"], ["KU", "KSU"], ["CIN", "WVU"]],
    }),
    soft("nobody over 11,000 miles", 0.6, "travel_distance", { maximum_per_team: 11_000 }),
    soft("travel balanced", 0.6, "travel_total", { measure: "difference", maximum: 6000, unit: 250 }),
  ];
}

/** How good each team is, for television: the coordinates' file has one tier for all. */
const strength: Record<string, number> = {
  KU: 1,
  HOU: 1,
  ARIZ: 0.95,
  ISU: 0.9,
  TTU: 0.9,
  BAY: 0.85,
  BYU: 0.8,
  KSU: 0.65,
  CIN: 0.6,
  WVU: 0.6,
  TCU: 0.55,
  OSU: 0.5,
  UCF: 0.5,
  COL: 0.45,
  ASU: 0.45,
  UTAH: 0.45,
};

/** The league: 16 schools, 18 games in 19 rounds, three opponents twice (the nearest rivals among them), 40 constraints. */
export async function conferenceSeason(): Promise<League> {
  const { schools } = JSON.parse(await readData("big12/big12-travel-export.json")) as {
    schools: School[];
  };
  const exams = csvRows(await readData("big12/final_exam_schedules_2025-26.csv")).flatMap((row) => {
    const school = schools.find(({ school_name }) => school_name === row.School);
    const dates = [
      ...examDates(row["Fall 2025 Final Exam Days"]!, 2025),
      ...examDates(row["Spring 2026 Final Exam Days"]!, 2026),
    ];
    return school ? [{ team: school.school_code, dates }] : [];
  });
  const teams = schools.map(({ school_code, school_name, latitude, longitude }) => ({
    id: school_code,
    name: school_name,
    latitude,
    longitude,
  }));
  const quality = schools.map(({ school_code }) => ({ team: school_code, value: strength[school_code] ?? 0.5 }));
  const twice = [["ARIZ", "ASU"], ["BYU", "UTAH"], ["KU", "KSU"], ["CIN", "WVU"]] as const;
  return {
    teams,
    rounds: rounds(),
    matchups: matchupsOf(teams, { kind: "partial", games: 18, twice }),
    constraints: numbered([...hardOnes(exams), ...softOnes(quality)]),
    windows: [
      { id: "monday", name: "Big Monday", value: 100, minimumQuality: 0.7 },
      { id: "saturday", name: "Saturday", value: 60, minimumQuality: 0.7 },
    ],
  };
}
