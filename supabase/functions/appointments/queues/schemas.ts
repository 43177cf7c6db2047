import { z } from "@hono/zod-openapi";
import { ifMatch } from "../../../../shared/http/version.ts";

const id = z.guid().openapi({ format: "uuid", example: "0199e2c4-7b1a-7cc3-8f0e-5a2d9c1b4e77" });
const instant = z.iso.datetime({ offset: true }).openapi({ example: "2027-03-01T09:00:00+00:00" });
const name = z.string().trim().min(1).max(200);
const minutes = z.int().min(0).max(1440);
const notes = z.string().max(2000);
const wait = z.number().nullable();

const QueueStatus = z.enum(["open", "paused", "closed"]).openapi("QueueStatus");
const TicketStatus = z.enum(["waiting", "called", "serving", "done", "no_show", "left"]).openapi("TicketStatus");
const OrderKey = z.enum(["priority", "appointment_time", "arrival"]).openapi("OrderKey");

const queueFields = {
  location_id: id.nullable().openapi({ description: "Null for an organization with one place only." }),
  name,
  prefix: z.string().regex(/^[A-Z]{0,3}$/).openapi({ example: "A", description: "Letters before the numbers." }),
  time_zone: z.string().max(100).openapi({ example: "Europe/Paris" }),
  active: z.boolean(),
  order_by: z.array(OrderKey).min(1).max(3).openapi({ description: "Who is called first, by these keys in turn." }),
  appointment_early_minutes: minutes,
  appointment_late_minutes: minutes,
  takes_appointments: z.boolean(),
  remote_join: z.boolean(),
  remote_must_arrive: z.boolean(),
  reopen_minutes: minutes,
  day_starts_at: z.iso.time().openapi({
    example: "00:00",
    description: "When numbers restart, and whoever still waits from the day before has left.",
  }),
  maximum_length: z.int().min(1).max(2000),
};

export const Queue = z.object({ id, organization_id: id, ...queueFields, status: QueueStatus }).openapi("Queue");

const changes = z.strictObject(queueFields).partial();
export const CreateQueue = changes.extend({ organization_id: id, name }).openapi("CreateQueue");
export const ChangeQueue = changes.refine((change) => Object.keys(change).length > 0, "Send what shall change.")
  .openapi("ChangeQueue");

const typeFields = {
  name,
  expected_minutes: z.number().min(0.1).max(1440),
  service_id: id.nullable().openapi({ description: "Its appointments, once checked in, get a ticket of this type." }),
  active: z.boolean(),
};
export const TicketType = z.object({ id, queue_id: id, ...typeFields }).openapi("TicketType");
export const SaveTicketType = z.strictObject(typeFields).partial().openapi("SaveTicketType");

const counterFields = {
  name: name.max(100),
  resource_id: id.nullable().openapi({ description: "Who serves there." }),
  ticket_type_ids: z.array(id).min(1).max(100).nullable().openapi({ description: "What it serves; null: everything." }),
  active: z.boolean(),
};
export const Counter = z.object({ id, queue_id: id, ...counterFields, status: QueueStatus }).openapi("QueueCounter");
export const SaveCounter = z.strictObject(counterFields).partial().openapi("SaveQueueCounter");

export const Board = z.object({
  queue_id: id,
  name: z.string(),
  status: QueueStatus,
  version: z.int().openapi({ description: "Counts what was published; the greater is the newer." }),
  published_at: instant,
  waiting: z.int(),
  called: z.array(z.object({ label: z.string(), counter: z.string(), status: TicketStatus, recalls: z.int() })),
  line: z.array(z.object({ label: z.string(), position: z.int(), p50_minutes: wait, p80_minutes: wait })),
  based_on: z.object({
    open_counters: z.int(),
    services_seen: z.int(),
    waits_seen: z.int(),
    last_wait_minutes: wait,
    share_of_last_wait: z.number(),
    leaving_per_hour: z.number(),
  }),
}).openapi("QueueBoard", { description: "What everyone may see: labels, positions and waits; no names of people." });

const Guest = z.object({ name: z.string(), phone: z.string().nullable() });

export const Ticket = z.object({
  id,
  organization_id: id,
  queue_id: id,
  queue_name: z.string(),
  ticket_type_id: id,
  ticket_type_name: z.string(),
  number: z.int(),
  label: z.string().openapi({ example: "A012" }),
  status: TicketStatus,
  priority: z.int(),
  notes: z.string().nullable(),
  reason: z.string().nullable(),
  customer_id: id.nullable(),
  guest: Guest.nullable(),
  appointment_id: id.nullable(),
  appointment_at: instant.nullable(),
  remote: z.boolean(),
  is_here: z.boolean().openapi({ description: "Whether it can be called." }),
  counter_id: id.nullable(),
  counter_name: z.string().nullable(),
  recalls: z.int(),
  position: z.int().nullable(),
  p50_minutes: wait.openapi({ description: "Half of such waits are shorter." }),
  p80_minutes: wait.openapi({ description: "Four of five such waits are shorter." }),
  joined_at: instant,
  called_at: instant.nullable(),
  started_at: instant.nullable(),
  ended_at: instant.nullable(),
  topic: z.string().openapi({
    description: "Realtime topic of this ticket: whoever knows it may listen.",
  }),
  version: z.int().openapi({ description: "Counts the changes. The ETag." }),
  updated_at: instant,
}).openapi("Ticket");

export const JoinedTicket = Ticket.extend({
  manage_token: z.string().optional().openapi({ description: "Without an account: proves later whose ticket it is." }),
}).openapi("JoinedTicket");

export const JoinQueue = z.strictObject({
  ticket_type_id: id.optional().openapi({ description: "May be left out where the queue has one type." }),
  priority: z.int().min(0).max(9).optional().openapi({ description: "Given at the desk only." }),
  notes: notes.optional(),
  customer_id: id.optional().openapi({ description: "At the desk: whose ticket it is. The caller's otherwise." }),
  guest: z.strictObject({ name, phone: z.string().trim().min(3).max(40).optional() }).optional(),
  remote: z.boolean().optional().openapi({ description: "At the desk: they are not here yet, as when they phone." }),
}).openapi("JoinQueue");

export const CallNext = z.strictObject({
  counter_id: id,
  ticket_id: id.optional().openapi({ description: "Call this one, whatever their place." }),
}).openapi("CallNext");
export const Called = z.object({ ticket: Ticket.nullable(), waiting: z.int() }).openapi("Called");

export const TransferTicket = z.strictObject({
  queue_id: id.optional(),
  ticket_type_id: id.optional(),
  keep_place: z.boolean().optional().openapi({ description: "Ordered by its first arrival; true when left out." }),
}).refine((to) => to.queue_id !== undefined || to.ticket_type_id !== undefined, "Say where to.").openapi(
  "TransferTicket",
);

export const LeaveQueue = z.strictObject({ reason: z.string().max(500).optional() }).openapi("LeaveQueue");
export const ChangeTicket = z.strictObject({
  notes: notes.nullable().optional(),
  priority: z.int().min(0).max(9).optional().openapi({ description: "By the desk only." }),
}).refine((change) => Object.keys(change).length > 0, "Send notes, priority, or both.").openapi("ChangeTicket");

export const OperateQueue = z.strictObject({
  queue_id: id,
  action: z.enum(["open", "pause", "close", "end_day", "open_counter", "pause_counter", "close_counter"]),
  counter_id: id.optional().openapi({ description: "With the actions on a counter." }),
  resource_id: id.optional().openapi({ description: "With `open_counter`: who serves there from now on." }),
}).refine((body) => body.action.endsWith("_counter") === (body.counter_id !== undefined), {
  path: ["counter_id"],
  error: "Name a counter with the actions on one, and with no other.",
}).refine((body) => body.resource_id === undefined || body.action === "open_counter", {
  path: ["resource_id"],
  error: "Goes with open_counter only.",
}).openapi("OperateQueue");
export const Operated = z.object({ queue: Queue, counter: Counter.nullable(), board: Board }).openapi("OperatedQueue");

export const IdParameter = z.object({ id });
export const PartParameters = z.object({ id, part_id: id });

const manageToken = z.string().max(500).optional().openapi({ description: "A guest's token for this ticket." });
const idempotencyKey = z.string().max(200).optional().openapi({
  description: "The same key and body give the same answer, however often they are sent.",
});
export const ManageHeaders = z.object({ "x-manage-token": manageToken });
export const HolderHeaders = z.object({ "if-match": ifMatch, "x-manage-token": manageToken });
export const DeskHeaders = z.object({ "if-match": ifMatch });
export const CreateHeaders = z.object({ "idempotency-key": idempotencyKey });
