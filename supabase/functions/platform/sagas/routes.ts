import { answerOf } from "../../../../shared/db/answer.ts";
import type { App } from "../../../../shared/http/app.ts";
import { decodeCursor, encodeCursor } from "../../../../shared/http/cursor.ts";
import * as contract from "./contract.ts";
import { Saga, SagaPage, SagaWithSteps } from "./schemas.ts";

/** Sagas as people see them: looked at, cancelled, and resumed when one is parked. */
export function registerSagas(app: App): void {
  app.openapi(contract.list, async (c) => {
    const { limit, cursor, ...wanted } = c.req.valid("query");
    const before = cursor ? decodeCursor(cursor) : undefined;
    const answer = await answerOf(c.var.caller.client.rpc("list_sagas", {
      ...wanted,
      before_time: before?.after,
      before_id: before?.id,
      max_sagas: limit + 1,
    }));
    const sagas = Saga.array().parse(answer);
    const last = sagas.length > limit ? sagas[limit - 1] : undefined;
    const next_cursor = last ? encodeCursor({ after: last.created_at, id: last.id }) : null;
    return c.json(SagaPage.parse({ items: sagas.slice(0, limit), next_cursor }), 200);
  });

  app.openapi(contract.read, async (c) => {
    const saga = await answerOf(c.var.caller.client.rpc("get_saga", { saga_id: c.req.valid("param").id }));
    return c.json(SagaWithSteps.parse(saga), 200);
  });

  app.openapi(contract.cancel, async (c) => {
    const target = { saga_id: c.req.valid("param").id, ...c.req.valid("json") };
    return c.json(SagaWithSteps.parse(await answerOf(c.var.caller.client.rpc("cancel_saga", target))), 200);
  });

  app.openapi(contract.resume, async (c) => {
    const target = { saga_id: c.req.valid("param").id, ...c.req.valid("json") };
    return c.json(SagaWithSteps.parse(await answerOf(c.var.caller.client.rpc("resume_saga", target))), 200);
  });
}
