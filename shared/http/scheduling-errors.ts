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
    remedy: "Withdraw it first: then it is a draft again.",
  },
  games_to_come: {
    status: 409,
    title: "Published games are still to be played",
    remedy: "Wait until they are over, cancel them, or withdraw the schedule.",
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
      plays_on: "Of a season that gets other days: the first round outside of them.",
      games: "Of a TV window: how many games are shown in it.",
    },
  },

  // games
  cannot_publish: {
    status: 409,
    title: "The schedule cannot be published as it stands",
    remedy: "Mend every game that `conflicts` names; nothing was published.",
    members: { conflicts: "What is in the way: for each game and resource, what kind of thing, from when to when." },
  },
} as const satisfies Record<string, ErrorCode>;
