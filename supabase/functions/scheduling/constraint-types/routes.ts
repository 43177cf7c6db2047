import { answerOf } from "../../../../shared/db/answer.ts";
import type { App } from "../../../../shared/http/app.ts";
import * as contract from "./contract.ts";
import { ConstraintTypes } from "./schemas.ts";

/** The catalogue of constraints, as the code that measures them has it. */
export function registerConstraintTypes(app: App): void {
  app.openapi(contract.list, async (c) => {
    const items = await answerOf(c.var.caller.client.from("constraint_types").select("*").order("type").limit(1000));
    return c.json(ConstraintTypes.parse({ items }), 200);
  });
}
