export const info = {
  title: "Almanac scheduling",
  version: "1.0.0",
  description:
    "Sports, seasons, teams and venues of an organization; schedules with their games and constraints, judged, optimized, " +
    "published; imports, exports and predictions. Errors are problem+json with a stable `code`.",
};
