import { createRoute } from "@hono/zod-openapi";
import { authenticate } from "../../../../shared/http/auth.ts";
import { problems } from "../../../../shared/http/openapi.ts";
import { asked, json, member, withBody } from "../../../../shared/http/contract.ts";
import * as schemas from "./schemas.ts";

export const importAppointments = createRoute({
  method: "post",
  path: "/appointments/import",
  summary: "Import what another system has booked",
  description:
    "At most 1,000 at once, past ones too. Opening hours, notice and horizon do not bind them; nothing is double booked. Rows that fail are listed and the others booked; sent again, those that are there are not done twice. Needs `appointments.manage`.",
  tags: ["At the desk"],
  security: member,
  middleware: [authenticate("user", "key", "service")] as const,
  request: { headers: schemas.ImportHeaders, body: { required: true, ...json(schemas.ImportAppointments) } },
  responses: {
    200: { description: "What became of each row.", ...json(schemas.ImportReport) },
    ...problems(...asked, ...withBody, "permission_denied", "idempotency_mismatch"),
  },
});
