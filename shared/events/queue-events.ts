import { z } from "zod";
import { id, of } from "./definition.ts";

const queue = z.object({ status: z.enum(["open", "paused", "closed"]), active: z.boolean() });
const counter = queue.extend({ counter_id: id });
const ticketType = queue.extend({ ticket_type_id: id });
const ticket = z.object({
  queue_id: id,
  ticket_type_id: id,
  number: z.int(),
  label: z.string(),
  status: z.string(),
  priority: z.int(),
  counter_id: id.nullable(),
  appointment_id: id.nullable(),
});
const queues = of("queue");
const tickets = of("ticket");

/** What happens in walk-in queues; part of the catalog. */
export const queueEvents = {
  "queue.created": queues("There is a new queue.", queue),
  "queue.updated": queues("How it works changed: its order, who may join, its times.", queue),
  "queue.opened": queues("It is open: people may join and are called.", queue),
  "queue.paused": queues("Nobody joins; those in line are served.", queue),
  "queue.closed": queues("Nobody joins and nobody is called.", queue),
  "ticket_type.created": queues("There is a new type of ticket.", ticketType),
  "ticket_type.updated": queues("A type of ticket changed.", ticketType),
  "counter.created": queues("There is a new counter.", counter),
  "counter.updated": queues("A counter's name, types or activity changed.", counter),
  "counter.opened": queues("A counter opened.", counter),
  "counter.paused": queues("A counter paused; whom it had called is back in line.", counter),
  "counter.closed": queues("A counter closed; whom it had called is back in line.", counter),

  "ticket.joined": tickets("Someone joined the line.", ticket.extend({ remote: z.boolean() })),
  "ticket.arrived": tickets("Who had joined from afar is here.", ticket),
  "ticket.updated": tickets("Its priority or notes changed.", ticket),
  "ticket.called": tickets("It was called to a counter.", ticket),
  "ticket.recalled": tickets("It was called again.", ticket.extend({ recalls: z.int() })),
  "ticket.passed_over": tickets(
    "A call went past it: its holder, who joined from afar, was not here. It keeps its place.",
    ticket,
  ),
  "ticket.returned": tickets("It is back in its place: the counter that had called it closed or paused.", ticket),
  "ticket.served": tickets("Service began.", ticket),
  "ticket.done": tickets("Service is done.", ticket.extend({ day_closed: z.boolean().optional() })),
  "ticket.no_show": tickets("It was called and nobody came.", ticket),
  "ticket.left": tickets(
    "Its holder left the line, or the day was closed.",
    ticket.extend({ reason_given: z.boolean() }),
  ),
  "ticket.reopened": tickets("It is back in line.", ticket.extend({ kept_place: z.boolean() })),
  "ticket.transferred": tickets(
    "It went on to another queue or type.",
    ticket.extend({ previous_queue_id: id }),
  ),
} as const;
