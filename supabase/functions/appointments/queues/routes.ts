import type { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { answerOf } from "../../../../shared/db/answer.ts";
import type { App } from "../../../../shared/http/app.ts";
import type { AppEnv } from "../../../../shared/http/auth.ts";
import { etagOf } from "../../../../shared/http/version.ts";
import * as contract from "./contract.ts";
import { Board, Called, Counter, JoinedTicket, Operated, Queue, Ticket, TicketType } from "./schemas.ts";
import * as setup from "./setup-contract.ts";

/** The routes of walk-in queues: parse, one call, respond. */
export function registerQueues(app: App): void {
  registerLine(app);
  registerTickets(app);
  registerSetup(app);
}

function registerLine(app: App): void {
  app.openapi(contract.join, async (c) => {
    const joined = await answerOf(c.var.caller.client.rpc("join_queue", {
      queue_id: c.req.valid("param").id,
      ...c.req.valid("json"),
      idempotency_key: c.req.valid("header")["idempotency-key"],
    }));
    const ticket = tagged(c, JoinedTicket.parse(joined));
    c.header("location", `${c.var.settings.url}/functions/v1/appointments/tickets/${ticket.id}`);
    return c.json(ticket, 201);
  });

  app.openapi(contract.callNext, async (c) => {
    const called = await answerOf(c.var.caller.client.rpc("call_next", {
      queue_id: c.req.valid("param").id,
      ...c.req.valid("json"),
      idempotency_key: c.req.valid("header")["idempotency-key"],
    }));
    return c.json(Called.parse(called), 200);
  });

  app.openapi(contract.board, async (c) => {
    const { id } = c.req.valid("param");
    const board = await answerOf(c.var.caller.client.rpc("get_queue_board", { queue_id: id }));
    return c.json(Board.parse(board), 200);
  });

  app.openapi(contract.operate, async (c) => {
    const operated = await answerOf(c.var.caller.client.rpc("operate_queue", c.req.valid("json")));
    return c.json(Operated.parse(operated), 200);
  });
}

function registerTickets(app: App): void {
  app.openapi(contract.readTicket, async (c) => {
    const found = await answerOf(c.var.caller.client.rpc("get_ticket", {
      ticket_id: c.req.valid("param").id,
      manage_token: c.req.valid("header")["x-manage-token"],
    }));
    return c.json(tagged(c, Ticket.parse(found)), 200);
  });

  app.openapi(contract.changeTicket, async (c) => {
    const target = targetOf(c, c.req.valid("header"));
    const changed = await answerOf(
      c.var.caller.client.rpc("update_ticket", { ...target, changes: c.req.valid("json") }),
    );
    return c.json(tagged(c, Ticket.parse(changed)), 200);
  });

  app.openapi(contract.leave, async (c) => {
    const target = targetOf(c, c.req.valid("header"));
    const left = await answerOf(c.var.caller.client.rpc("leave_queue", { ...target, ...c.req.valid("json") }));
    return c.json(tagged(c, Ticket.parse(left)), 200);
  });

  app.openapi(contract.arrive, async (c) => {
    const here = await answerOf(c.var.caller.client.rpc("arrive_ticket", targetOf(c, c.req.valid("header"))));
    return c.json(tagged(c, Ticket.parse(here)), 200);
  });

  app.openapi(contract.transfer, async (c) => {
    const { ticket_id, expected_version } = targetOf(c, c.req.valid("header"));
    const to = c.req.valid("json");
    const moved = await answerOf(c.var.caller.client.rpc("transfer_ticket", { ticket_id, expected_version, ...to }));
    return c.json(tagged(c, Ticket.parse(moved)), 200);
  });

  const moves = [
    [contract.recall, "recall_ticket"],
    [contract.serve, "serve_ticket"],
    [contract.done, "finish_ticket"],
    [contract.noShow, "miss_ticket"],
    [contract.reopen, "reopen_ticket"],
  ] as const;
  for (const [route, command] of moves) {
    app.openapi(route, async (c) => {
      const { ticket_id, expected_version } = targetOf(c, c.req.valid("header"));
      const moved = await answerOf(c.var.caller.client.rpc(command, { ticket_id, expected_version }));
      return c.json(tagged(c, Ticket.parse(moved)), 200);
    });
  }
}

function registerSetup(app: App): void {
  app.openapi(setup.createQueue, async (c) => {
    const { organization_id, ...queue } = c.req.valid("json");
    const idempotency_key = c.req.valid("header")["idempotency-key"];
    const made = await answerOf(c.var.caller.client.rpc("create_queue", { organization_id, queue, idempotency_key }));
    return c.json(Queue.parse(made), 201);
  });

  app.openapi(setup.changeQueue, async (c) => {
    const change = { queue_id: c.req.valid("param").id, changes: c.req.valid("json") };
    return c.json(Queue.parse(await answerOf(c.var.caller.client.rpc("update_queue", change))), 200);
  });

  app.openapi(setup.createType, async (c) => {
    const type = { queue_id: c.req.valid("param").id, ticket_type: c.req.valid("json") };
    const key = { idempotency_key: c.req.valid("header")["idempotency-key"] };
    return c.json(
      TicketType.parse(await answerOf(c.var.caller.client.rpc("save_ticket_type", { ...type, ...key }))),
      201,
    );
  });

  app.openapi(setup.changeType, async (c) => {
    const { id, part_id } = c.req.valid("param");
    const type = { queue_id: id, ticket_type_id: part_id, ticket_type: c.req.valid("json") };
    return c.json(TicketType.parse(await answerOf(c.var.caller.client.rpc("save_ticket_type", type))), 200);
  });

  app.openapi(setup.createCounter, async (c) => {
    const counter = { queue_id: c.req.valid("param").id, counter: c.req.valid("json") };
    const key = { idempotency_key: c.req.valid("header")["idempotency-key"] };
    return c.json(
      Counter.parse(await answerOf(c.var.caller.client.rpc("save_queue_counter", { ...counter, ...key }))),
      201,
    );
  });

  app.openapi(setup.changeCounter, async (c) => {
    const { id, part_id } = c.req.valid("param");
    const counter = { queue_id: id, counter_id: part_id, counter: c.req.valid("json") };
    return c.json(Counter.parse(await answerOf(c.var.caller.client.rpc("save_queue_counter", counter))), 200);
  });
}

interface TicketHeaders {
  "if-match"?: number | undefined;
  "x-manage-token"?: string | undefined;
}

/** Which ticket is to be changed, in which version, with what proof. */
const targetOf = (c: Context<AppEnv>, headers: TicketHeaders) => ({
  ticket_id: c.req.param("id")!,
  expected_version: headers["if-match"],
  manage_token: headers["x-manage-token"],
});

function tagged<Versioned extends z.infer<typeof Ticket>>(c: Context<AppEnv>, ticket: Versioned): Versioned {
  c.header("etag", etagOf(ticket.version));
  return ticket;
}
