import { changeRoute, createRouteOf, listRoute, readRoute, retireRoute } from "../collection.ts";
import * as schemas from "./schemas.ts";

const tags = ["Teams"];
const path = "/teams";
const one = "/teams/{id}";

export const list = listRoute(
  { tags, path, summary: "List teams", description: "For members of the organization; the oldest first." },
  schemas.TeamsQuery,
  schemas.TeamPage,
);

export const read = readRoute({ tags, path: one, summary: "Read a team" }, schemas.Team);

export const create = createRouteOf(
  {
    tags,
    path,
    summary: "Add a team",
    description:
      "A resource of the calendar: days on which it cannot play are absences of the same id (`add_absence`). Needs `schedules.manage`.",
    refusals: ["name_taken"],
  },
  schemas.CreateTeam,
  schemas.Team,
);

export const change = changeRoute(
  {
    tags,
    path: one,
    summary: "Change a team",
    description: "Fields left out stay. Needs `schedules.manage`.",
    refusals: ["name_taken"],
  },
  schemas.ChangeTeam,
  schemas.Team,
);

export const remove = retireRoute(
  {
    tags,
    path: one,
    summary: "Delete or retire a team",
    description: "Retired where a schedule or a game has it. Needs `schedules.manage`.",
  },
  schemas.RemovedTeam,
);
