import { changeRoute, createRouteOf, listRoute, readRoute, removeRoute } from "../collection.ts";
import * as schemas from "./schemas.ts";

const tags = ["Sports"];
const path = "/sports";
const one = "/sports/{id}";

export const list = listRoute(
  { tags, path, summary: "List sports", description: "For members of the organization; the oldest first." },
  schemas.SportsQuery,
  schemas.SportPage,
);

export const read = readRoute({ tags, path: one, summary: "Read a sport" }, schemas.Sport);

export const create = createRouteOf(
  {
    tags,
    path,
    summary: "Add a sport",
    description: "Its games take 150 minutes unless said. Needs `schedules.manage`.",
    refusals: ["name_taken"],
  },
  schemas.CreateSport,
  schemas.Sport,
);

export const change = changeRoute(
  {
    tags,
    path: one,
    summary: "Change a sport",
    description: "Fields left out stay. Needs `schedules.manage`.",
    refusals: ["name_taken"],
  },
  schemas.ChangeSport,
  schemas.Sport,
);

export const remove = removeRoute({
  tags,
  path: one,
  summary: "Delete a sport",
  description: "Refused while it has seasons or teams. Needs `schedules.manage`.",
  refusals: ["in_use"],
});
