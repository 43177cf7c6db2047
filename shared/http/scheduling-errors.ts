import type { ErrorCode } from "./error-codes.ts";

/** What teams, schedules, games and constraints refuse; part of `errorCodes`. */
export const schedulingErrors = {
  // schedules
  schedule_archived: {
    status: 409,
    title: "The schedule is archived",
    remedy: "It stays as it is: make another one.",
  },
  schedule_published: {
    status: 409,
    title: "The schedule is published",
    remedy: "Unpublish it first: then it is a draft again.",
  },
  games_to_come: {
    status: 409,
    title: "Published games are still to be played",
    remedy: "Wait until they are over, cancel them, or unpublish the schedule.",
    members: { games: "How many." },
  },
  round_has_games: {
    status: 409,
    title: "A round with games cannot be removed or get another day",
    remedy: "Move or delete its games first.",
    members: { rounds: "Which: number and day of each." },
  },
  team_has_games: {
    status: 409,
    title: "A team with games cannot be taken out of the schedule",
    remedy: "Delete its games first.",
    members: { team_ids: "Which." },
  },

  // sports, seasons, TV windows, venues and teams
  name_taken: {
    status: 409,
    title: "There is another one of this name",
    remedy: "Choose another name or code.",
    members: { field: "What is taken: `name` or `code`." },
  },
  in_use: {
    status: 409,
    title: "Something else needs it",
    remedy: "Delete or change what needs it first.",
    members: {
      seasons: "Of a sport: how many seasons it has.",
      teams: "Of a sport: how many teams play it.",
      schedules: "Of a season: how many schedules it has.",
      plays_on: "Of a season that gets other days: the first day outside of them on which something is.",
      games: "Of a TV window: how many games are shown in it.",
      services: "Of a venue or team that would be retired: how many services are booked at it.",
    },
  },

  // games
  cannot_publish: {
    status: 409,
    title: "The schedule cannot be published as it stands",
    remedy: "Mend every game that `conflicts` names; nothing was published or changed.",
    members: {
      conflicts:
        "What is in the way: for each game and resource, what kind of thing, from when to when; the first 500.",
      total: "How many there are.",
    },
  },
  game_does_not_fit: {
    status: 409,
    title: "The game cannot be played then and there",
    remedy: "Choose another time or venue: `conflicts` names what is in the way.",
    members: { conflicts: "As in `cannot_publish`.", total: "How many there are." },
  },
  game_closed: {
    status: 409,
    title: "The game is played or cancelled",
    remedy: "A cancelled game can be reinstated; of a played one results and note can be changed.",
    members: { game_status: "The state it is in." },
  },
  schedule_not_published: {
    status: 409,
    title: "The schedule is not published",
    remedy: "There is nothing to take back.",
  },
  invalid_games: {
    status: 422,
    title: "Some of the games are not right",
    remedy: "Mend what `faults` names; nothing was changed.",
    members: { faults: "The first hundred: index in the list, field, message.", total: "How many there are." },
  },

  // constraints
  invalid_constraint: {
    status: 422,
    title: "The params do not fit the type of the constraint",
    remedy: "Mend what `faults` names; GET /scheduling/constraint-types shows the schema and an example.",
    members: { faults: "The first hundred: path (JSON Pointer) and message.", total: "How many there are." },
  },
  too_many_constraints: {
    status: 409,
    title: "The schedule has as many constraints as it may",
    remedy: "Delete some that are not active.",
    members: { maximum: "How many it may have." },
  },

  // imports, exports and feeds
  too_many_imports: {
    status: 409,
    title: "Too many imports are open",
    remedy: "Apply or delete some of them.",
  },
  import_closed: {
    status: 409,
    title: "The import takes no more of this",
    remedy: "Make another import.",
    members: { import_status: "`applied` or `queued`." },
  },
  import_incomplete: {
    status: 409,
    title: "A part of the file did not come whole",
    remedy: "Send that part again, then check or apply.",
    members: { part: "The part; null where it is not known." },
  },
  import_empty: {
    status: 422,
    title: "The file has no rows",
    remedy: "Send a header and at least one row.",
  },
  import_faulty: {
    status: 422,
    title: "The file has faults: nothing was applied",
    remedy: "Mend what `import.problems` lists by line and column, and send the file again.",
    members: { import: "The import, with the first 1,000 problems." },
  },
  unreadable_file: {
    status: 422,
    title: "The file cannot be read",
    remedy: "Mend what `line` and `detail` tell, and send the file again.",
    members: { line: "The line where reading ended.", column: "The column, where one is to blame." },
  },
  // runs
  too_many_runs: {
    status: 409,
    title: "Too many runs of this organization are under way",
    remedy: "Cancel one, or wait until one is over.",
  },
  run_over: {
    status: 409,
    title: "The run is over",
    remedy: "Start another one.",
    members: { run_status: "How it ended." },
  },
  run_without_result: {
    status: 409,
    title: "The run has no result",
    remedy: "Wait until it has succeeded.",
    members: { run_status: "How it stands." },
  },
  too_many_games: {
    status: 422,
    title: "The schedule has more games than can be read whole",
    remedy: "Keep history in a schedule of its own: one that is published, versioned or judged has 20,000 at most.",
    members: { maximum: "How many it may have." },
  },
  nothing_to_optimize: {
    status: 422,
    title: "There is nothing to optimize",
    remedy: "Give the schedule two teams and a round at least.",
  },
  impossible_league: {
    status: 422,
    title: "No schedule can be made or judged of this",
    remedy: "Mend what `reason` names: teams, rounds, match-ups or a constraint's parameters.",
    members: { reason: "What is wrong, as a stable word." },
  },

  // predictions
  no_attendance_history: {
    status: 409,
    title: "No attendance was ever counted in this sport",
    remedy: "Record results with their attendance, or import past seasons, and ask again.",
    members: { sport_id: "Which sport." },
  },
} as const satisfies Record<string, ErrorCode>;
