import { z } from "@hono/zod-openapi";

/** `/v1/<service>/<path>`: the registered name of the service; the rest is the service's own path. */
export const ServiceParameter = z.object({ service: z.string() });
