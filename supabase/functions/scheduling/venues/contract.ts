import { changeRoute, createRouteOf, listRoute, readRoute, retireRoute } from "../collection.ts";
import * as schemas from "./schemas.ts";

const tags = ["Venues"];
const path = "/venues";
const one = "/venues/{id}";

export const list = listRoute(
  { tags, path, summary: "List venues", description: "For members of the organization; the oldest first." },
  schemas.VenuesQuery,
  schemas.VenuePage,
);

export const read = readRoute({ tags, path: one, summary: "Read a venue" }, schemas.Venue);

export const create = createRouteOf(
  {
    tags,
    path,
    summary: "Add a venue",
    description:
      "A resource of the calendar: its hours and blackouts are set there, by the same id (`set_weekly_hours`, `set_date_override`, `add_absence`). Needs `schedules.manage`.",
    refusals: ["name_taken"],
  },
  schemas.CreateVenue,
  schemas.Venue,
);

export const change = changeRoute(
  {
    tags,
    path: one,
    summary: "Change a venue",
    description: "Fields left out stay. Needs `schedules.manage`.",
    refusals: ["name_taken"],
  },
  schemas.ChangeVenue,
  schemas.Venue,
);

export const remove = retireRoute(
  {
    tags,
    path: one,
    summary: "Delete or retire a venue",
    description:
      "Retired where it is a team's home or has games; a resource that is booked for anything else remains. Needs `schedules.manage`.",
  },
  schemas.RemovedVenue,
);
