import { changeRoute, createRouteOf, listRoute, readRoute, removeRoute } from "../collection.ts";
import * as schemas from "./schemas.ts";

const tags = ["TV windows"];
const path = "/tv-windows";
const one = "/tv-windows/{id}";

export const list = listRoute(
  { tags, path, summary: "List TV windows", description: "For members with `schedules.read`; the oldest first." },
  schemas.TvWindowsQuery,
  schemas.TvWindowPage,
);

export const read = readRoute({ tags, path: one, summary: "Read a TV window" }, schemas.TvWindow);

export const create = createRouteOf(
  {
    tags,
    path,
    summary: "Add a TV window",
    description: "On one day (`plays_on`) or on a `weekday` of each week. Needs `schedules.manage`.",
    refusals: ["name_taken"],
  },
  schemas.CreateTvWindow,
  schemas.TvWindow,
);

export const change = changeRoute(
  {
    tags,
    path: one,
    summary: "Change a TV window",
    description: "Fields left out stay. Needs `schedules.manage`.",
    refusals: ["name_taken"],
  },
  schemas.ChangeTvWindow,
  schemas.TvWindow,
);

export const remove = removeRoute({
  tags,
  path: one,
  summary: "Delete a TV window",
  description: "Refused while games are shown in it. Needs `schedules.manage`.",
  refusals: ["in_use"],
});
