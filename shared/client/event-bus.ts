import type { SupabaseClient } from "@supabase/supabase-js";
import type { AnyData, BusEvent, EventFor, KnownEvents } from "./events.ts";
import { EventBusError, failureOf } from "./failure.ts";
import { type CursorStorage, Follower, type Page } from "./follower.ts";
import { listen } from "./topics.ts";

export type { AnyData, BusEvent, CloudEvent, EventFor, KnownEvents } from "./events.ts";
export { fromCloudEvent } from "./events.ts";
export { EventBusError } from "./failure.ts";
export type { CursorStorage } from "./follower.ts";

export interface EventBusOptions {
  /** Whoever it is signed in as publishes and listens. */
  readonly client: SupabaseClient;
  readonly organizationId: string;
  /** The present token of a registered service, for what is published with `service`. */
  readonly serviceToken?: (service: string) => string | Promise<string>;
  /** Seconds between two looks at the log: where Realtime is joined (30), and where it is not (5). */
  readonly pollSeconds?: { readonly joined?: number; readonly apart?: number };
}

/** What to publish. Its type is declared before, and `payload` fits the type's schema. */
export interface NewEvent<Type extends string = string, Payload = AnyData> {
  readonly type: Type;
  readonly payload: Payload;
  /** The bus's own when left out. */
  readonly organizationId?: string;
  /** The registered service that publishes, by its token; left out, the client's user does. */
  readonly service?: string;
  /** What it happened to (a uuid): events of one aggregate keep their order. A new one when left out. */
  readonly aggregateId?: string;
  /** Version of the type's schema; the newest when left out. */
  readonly typeVersion?: number;
  /** Version of the aggregate before this event (0: it is the first); `version_conflict` when it is another. */
  readonly expectedVersion?: number;
  readonly causationId?: string;
  readonly correlationId?: string;
  /** The same key and event are published once, however often they are sent. */
  readonly idempotencyKey?: string;
}

/** What became of a published event. */
export interface Published {
  readonly id: string;
  readonly aggregateId: string;
  /** Version of the aggregate, after the event. */
  readonly version: number;
}

export interface SubscribeOptions {
  /** What the handler threw, with its event; and why the log could not be read. Logged when left out. */
  readonly onError?: (error: unknown, event?: BusEvent) => void;
  /** Where to go on: the `cursor()` of a subscription to the same types. Left out: from now on. */
  readonly cursor?: string;
  /** Keeps the cursor after each page, and gives it back. */
  readonly storage?: CursorStorage;
}

/** Ends the subscription; resolves when its topics are left. */
export interface Unsubscribe {
  (): Promise<void>;
  /** From here on nothing is missed. Rejects where one may not listen. */
  readonly ready: Promise<void>;
  /** Where to go on another time. */
  cursor(): string | undefined;
}

type Handler<Event> = (event: Event) => unknown;

export interface EventBus<OwnEvents = Record<never, never>> {
  publish<Type extends string>(
    event: NewEvent<Type, Type extends keyof OwnEvents ? OwnEvents[Type] : AnyData>,
  ): Promise<Published>;
  /** Handles events of these types or patterns one after another, each once, in the order of their aggregates. */
  subscribe<const Wanted extends (string & keyof (KnownEvents & OwnEvents)) | (string & Record<never, never>)>(
    types: Wanted | readonly Wanted[],
    handler: Handler<EventFor<OwnEvents, Wanted>>,
    options?: SubscribeOptions,
  ): Unsubscribe;
  /** Ends all subscriptions; resolves when their topics are left. */
  close(): Promise<void>;
}

/**
 * Publishes and follows the events of an organization, from a browser, Node or Deno.
 *
 * ```ts
 * const eventBus = createEventBus({ client, organizationId });
 * const unsubscribe = eventBus.subscribe("appointment.*", (event) => show(event.type, event.payload));
 * await eventBus.publish({ type: "invoice.paid", payload: { amount: 120 }, aggregateId: invoice.id });
 * ```
 */
export function createEventBus<OwnEvents = Record<never, never>>(options: EventBusOptions): EventBus<OwnEvents> {
  const open = new Set<Unsubscribe>();
  const subscribe = (types: string | readonly string[], handler: Handler<never>, more: SubscribeOptions = {}) => {
    const follower = follow(options, [types].flat(), handler as Handler<BusEvent>, more);
    const unsubscribe: Unsubscribe = Object.assign(() => {
      open.delete(unsubscribe);
      return follower.close();
    }, { ready: follower.ready, cursor: () => follower.cursor });
    open.add(unsubscribe);
    return unsubscribe;
  };
  return {
    publish: (event) => publish(options, event as NewEvent),
    subscribe: subscribe as EventBus<OwnEvents>["subscribe"],
    close: async () => void await Promise.all([...open].map((unsubscribe) => unsubscribe())),
  };
}

async function publish({ client, organizationId, serviceToken }: EventBusOptions, event: NewEvent): Promise<Published> {
  const { type, payload, service } = event;
  let call = client.rpc("publish_events", {
    organization_id: event.organizationId ?? organizationId,
    events: [{
      type,
      data: payload,
      aggregate_id: event.aggregateId ?? await newAggregate(event),
      type_version: event.typeVersion,
      expected_version: event.expectedVersion,
      causation_id: event.causationId,
      correlation_id: event.correlationId,
    }],
    idempotency_key: event.idempotencyKey,
  });
  if (service !== undefined) {
    if (!serviceToken) {
      throw new EventBusError("invalid_service_token", 0, `There is no token to publish as ${service}.`);
    }
    call = call.setHeader("x-service-token", await serviceToken(service));
  }
  const { data, error, status } = await call;
  if (error) throw failureOf(error, status);
  const [published] = data as { id: string; aggregate_id: string; version: number }[];
  return { id: published!.id, aggregateId: published!.aggregate_id, version: published!.version };
}

/** The same key gives the same aggregate, or it would be another request. */
async function newAggregate({ type, idempotencyKey }: NewEvent): Promise<string> {
  if (idempotencyKey === undefined) return crypto.randomUUID();
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`${type} ${idempotencyKey}`));
  const hex = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*/, "$1-$2-8$3-a$4-$5");
}

function follow(
  { client, organizationId, pollSeconds }: EventBusOptions,
  types: readonly string[],
  handle: Handler<BusEvent>,
  { onError = report, cursor, storage }: SubscribeOptions,
): Follower {
  const ask = async <Answer>(name: string, parameters: object): Promise<Answer> => {
    const { data, error, status } = await client.rpc(name, { organization_id: organizationId, types, ...parameters });
    if (error) throw failureOf(error, status);
    return data as Answer;
  };
  return new Follower({
    types,
    cursor,
    storage,
    pollSeconds: { joined: 30, apart: 5, ...pollSeconds },
    read: (cursor) => ask<Page>("read_events_after", { cursor }),
    listen: async (listener) => {
      const topics = await ask<string[]>("event_topics", {});
      // Private topics are joined as the user of the moment.
      await client.realtime.setAuth();
      return { topics, leave: await listen(client, topics, listener) };
    },
    handle,
    onError,
  });
}

const report = (error: unknown, event?: BusEvent): void =>
  console.error(event ? `${event.type} ${event.id} was not handled:` : "The event log cannot be read:", error);
