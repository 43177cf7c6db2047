export const info = {
  title: "Almanac platform",
  version: "1.0.0",
  description:
    "What other services build on: the event bus, webhooks, the service registry, API keys, sagas, health and metrics. Errors are problem+json with a stable `code`.",
};
