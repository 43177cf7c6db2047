export const info = {
  title: "Almanac gateway",
  version: "1.0.0",
  description:
    "One door to the registered services: callers checked, rates limited, failures contained. Errors are problem+json with a stable `code`.",
};
