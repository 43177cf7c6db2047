import type { Json } from "../../shared/db/types.ts";
import { type Answer, asUser, call, type Clinic, secretWord } from "./fixture.ts";

/** A queue at a clinic: one ticket type; the first counter is that of `clinic.staff`, both are open. */
export interface QueueAtClinic {
  readonly id: string;
  readonly typeId: string;
  readonly counterId: string;
  readonly otherCounterId: string;
}

function must({ status, body, text }: Answer) {
  if (status >= 300) throw new Error(`${status} ${text}`);
  return body;
}

export async function newQueue(clinic: Clinic, terms: Record<string, Json> = {}): Promise<QueueAtClinic> {
  const owner = asUser(clinic.owner);
  const make = async (path: string, body: unknown) => must(await call("POST", path, owner, body));
  const queue = { organization_id: clinic.organizationId, name: `${crypto.randomUUID()}`, prefix: nextPrefix() };
  const { id } = await make("/queues", { ...queue, remote_join: true, remote_must_arrive: false, ...terms });
  const type = await make(`/queues/${id}/types`, { name: "General" });
  const counters: string[] = [];
  for (const resource_id of [clinic.resourceId, null]) {
    const counter = await make(`/queues/${id}/counters`, { name: `Counter ${counters.length + 1}`, resource_id });
    await make("/queue/update", { queue_id: id, action: "open_counter", counter_id: counter.id });
    counters.push(counter.id);
  }
  return { id, typeId: type.id, counterId: counters[0]!, otherCounterId: counters[1]! };
}

let prefixes = 0;
const nextPrefix = () => {
  prefixes += 1;
  return String.fromCharCode(65 + Math.floor(prefixes / 26), 65 + (prefixes % 26));
};

export const join = async (queue: QueueAtClinic, headers: Record<string, string>, body: unknown = {}) =>
  must(await call("POST", `/queues/${queue.id}/join`, headers, body));

export const joinAsGuest = (queue: QueueAtClinic, headers: Record<string, string>) =>
  join(queue, headers, { guest: { name: `${secretWord} Guest`, phone: "+49 30 1" }, notes: `${secretWord} note` });

/** Brings a new ticket of this holder into a state, at a counter of its own. */
export async function ticketIn(clinic: Clinic, state: string, headers: Record<string, string>) {
  const queue = await newQueue(clinic);
  const ticket = headers.authorization
    ? await join(queue, headers, { notes: `${secretWord} note` })
    : await joinAsGuest(queue, headers);
  const staff = asUser(clinic.owner);
  if (state === "waiting") return { queue, ticket };
  await call("POST", `/queues/${queue.id}/call-next`, staff, { counter_id: queue.counterId });
  if (state === "serving") must(await call("POST", `/tickets/${ticket.id}/serve`, staff));
  if (state === "no_show") must(await call("POST", `/tickets/${ticket.id}/no-show`, staff));
  return { queue, ticket };
}
