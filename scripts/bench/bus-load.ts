import type { Sql } from "postgres";

/** How much is sent, and how it is taken. The same for all. */
export const subscribers = 5;
export const appendBatch = 100;

export const sleep = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, Math.max(0, milliseconds)));

/** What happened, as an event says it and as a job would carry it. */
export const happening = (n: number) => ({
  type: "invoice.paid",
  aggregate_type: "invoice",
  aggregate_id: crypto.randomUUID(),
  data: { number: n, amount: 120.5, currency: "EUR", customer: "0199e2c4-7b1a-7cc3-8f0e-5a2d9c1b4e77" },
});

/** What a subscriber is given of it; a job that tells somebody of it carries the same. */
export const documents = (count: number, from = 0) =>
  happenings(count, from).map(({ type, aggregate_type, aggregate_id, data }) => ({
    specversion: "1.0",
    id: crypto.randomUUID(),
    source: "/organizations/0199e2c4-7b1a-7cc3-8f0e-5a2d9c1b4e77",
    type,
    subject: `${aggregate_type}/${aggregate_id}`,
    time: new Date().toISOString(),
    datacontenttype: "application/json",
    dataschema: `urn:almanac:event:${type}:1`,
    organizationid: "0199e2c4-7b1a-7cc3-8f0e-5a2d9c1b4e77",
    aggregatetype: aggregate_type,
    aggregateid: aggregate_id,
    aggregateversion: 1,
    actorkind: "service",
    correlationid: aggregate_id,
    data,
  }));

export const happenings = (count: number, from = 0) => Array.from({ length: count }, (_, n) => happening(from + n));

/** Runs a number of loops that share a countdown in steps; each call of `step` does one batch. */
export async function inBatches(
  total: number,
  size: number,
  loops: number,
  step: (from: number, count: number) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  const loop = async () => {
    while (next < total) {
      const from = next;
      next += size;
      await step(from, Math.min(size, total - from));
    }
  };
  await Promise.all(Array.from({ length: loops }, loop));
}

/** Takes until so many were taken; a loop that finds nothing waits a moment. */
export async function drain(total: number, loops: number, take: (loop: number) => Promise<number>): Promise<void> {
  let taken = 0;
  const loop = async (_: unknown, index: number) => {
    while (taken < total) {
      const count = await take(index);
      taken += count;
      if (count === 0) await sleep(2);
    }
  };
  await Promise.all(Array.from({ length: loops }, loop));
}

export interface Bus {
  readonly organization: string;
  readonly subscriptions: readonly string[];
}

/** An organization with subscriptions to all of its events, made by the commands that clients use. */
export async function makeBus(sql: Sql): Promise<Bus> {
  const organization = crypto.randomUUID();
  await sql`
    insert into public.organizations (id, slug, name, kind, time_zone)
    values (${organization}, ${organization}, 'Bus', 'enterprise', 'UTC')`;
  await sql`select core.append_event(${organization}, 'organization', ${organization}, 'organization.created', '{}')`;
  const subscriptions = await sql.begin(async (tx) => {
    await tx`select set_config('request.jwt.claims', '{"role": "service_role"}', true)`;
    const ids: string[] = [];
    for (let n = 0; n < subscribers; n++) {
      const wanted = tx.json({ name: `Subscriber ${n}`, types: ["invoice.*"] });
      const [{ id }] = await tx<[{ id: string }]>`
        select public.create_subscription(${organization}, ${wanted}) ->> 'id' as id`;
      ids.push(id);
    }
    return ids;
  });
  return { organization, subscriptions };
}

/** Appends a batch in one transaction; begun when called, not when awaited. */
export async function append(sql: Sql, { organization }: Bus, from: number, count = appendBatch): Promise<void> {
  await sql`select core.append_events(${organization}, ${sql.json(happenings(count, from))})`;
}

interface Claimed {
  lease_token: string | null;
  events: { event: { time: string } }[];
}

/** Claims as a reader does, with the check of who it is, and acknowledges; returns what was delivered. */
export async function claimAndAck(sql: Sql, subscription: string, size: number): Promise<Claimed["events"]> {
  const [{ claimed }] = await sql<[{ claimed: Claimed }]>`
    select public.claim_events(${subscription}, null, ${size}) as claimed`;
  if (claimed.lease_token) await sql`select public.ack_events(${subscription}, ${claimed.lease_token})`;
  return claimed.events;
}

/** Connections that act as a service, as the readers of a bus do. */
export const asService = { connection: { "request.jwt.claims": '{"role": "service_role"}' } };
