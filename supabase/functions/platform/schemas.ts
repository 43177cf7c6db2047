import { z } from "@hono/zod-openapi";
import { id } from "../../../shared/http/schemas.ts";

/** What nearly every route of the platform asks for: whose it is. */
export const OrganizationQuery = z.object({ organization_id: id });
