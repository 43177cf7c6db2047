import { changeRoute, createRouteOf, listRoute, readRoute, removeRoute } from "../collection.ts";
import * as schemas from "./schemas.ts";

const tags = ["Seasons"];
const path = "/seasons";
const one = "/seasons/{id}";

export const list = listRoute(
  { tags, path, summary: "List seasons", description: "For members of the organization; the oldest first." },
  schemas.SeasonsQuery,
  schemas.SeasonPage,
);

export const read = readRoute({ tags, path: one, summary: "Read a season" }, schemas.Season);

export const create = createRouteOf(
  {
    tags,
    path,
    summary: "Add a season",
    description: "The days from `starts_on` to `ends_on`, both included. Needs `schedules.manage`.",
    refusals: ["name_taken"],
  },
  schemas.CreateSeason,
  schemas.Season,
);

export const change = changeRoute(
  {
    tags,
    path: one,
    summary: "Change a season",
    description: "Fields left out stay. Needs `schedules.manage`.",
    refusals: ["name_taken", "in_use"],
  },
  schemas.ChangeSeason,
  schemas.Season,
);

export const remove = removeRoute({
  tags,
  path: one,
  summary: "Delete a season",
  description: "With its TV windows; refused while it has schedules. Needs `schedules.manage`.",
  refusals: ["in_use"],
});
