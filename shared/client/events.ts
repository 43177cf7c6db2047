import type { EventData, EventType } from "../events/catalog.ts";

/** The data of Almanac's own events, by type; types of an organization's own are added as `OwnEvents`. */
export type KnownEvents = { [Type in EventType]: EventData<Type> };

/** What is known of data whose type is not in the catalog. */
export type AnyData = Record<string, unknown>;

/** An event as a handler gets it. */
export interface BusEvent<Type extends string = string, Payload = AnyData> {
  /** The same however often it comes. */
  readonly id: string;
  readonly type: Type;
  /** Version of the type's schema. */
  readonly typeVersion: number;
  readonly payload: Payload;
  readonly organizationId: string | null;
  /** What it happened to: events of one aggregate come in the order of `aggregateVersion`. */
  readonly aggregateType: string;
  readonly aggregateId: string;
  readonly aggregateVersion: number;
  /** ISO 8601. */
  readonly time: string;
  /** `/organizations/<id>`, or `/services/<name>` of the service that published it. */
  readonly source: string;
  readonly actorId: string | null;
  readonly actorKind: string;
  readonly correlationId: string;
  readonly causationId: string | null;
  readonly traceparent: string | null;
}

/** Those of `Types` that a type or pattern (`appointment.*`, `*`) names. */
type Named<Types extends string, Wanted extends string> = Wanted extends `${infer Noun}.*`
  ? Extract<Types, `${Noun}.${string}`>
  : Extract<Types, Wanted>;

type EventsOf<Events, Type extends string> = {
  [One in Type]: BusEvent<
    One,
    One extends keyof Events ? Events[One] : AnyData
  >;
}[Type];

/** The event that a handler of these types or patterns gets, typed by its `type` where the types are known. */
export type EventFor<OwnEvents, Wanted extends string> =
  [Named<string & keyof (KnownEvents & OwnEvents), Wanted>] extends [never] ? BusEvent
    : EventsOf<KnownEvents & OwnEvents, Named<string & keyof (KnownEvents & OwnEvents), Wanted>>;

/** An event as the platform sends it: CloudEvents 1.0. */
export interface CloudEvent {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly time: string;
  readonly dataschema: string;
  readonly data: AnyData;
  readonly organizationid?: string;
  readonly aggregatetype: string;
  readonly aggregateid: string;
  readonly aggregateversion: number;
  readonly actorid?: string;
  readonly actorkind: string;
  readonly correlationid: string;
  readonly causationid?: string;
  readonly traceparent?: string;
}

/** Reads an event off the wire: from the log, a webhook's body or a claim. */
export function fromCloudEvent(event: CloudEvent): BusEvent {
  return {
    id: event.id,
    type: event.type,
    typeVersion: Number(event.dataschema.split(":").at(-1)),
    payload: event.data,
    organizationId: event.organizationid ?? null,
    aggregateType: event.aggregatetype,
    aggregateId: event.aggregateid,
    aggregateVersion: event.aggregateversion,
    time: event.time,
    source: event.source,
    actorId: event.actorid ?? null,
    actorKind: event.actorkind,
    correlationId: event.correlationid,
    causationId: event.causationid ?? null,
    traceparent: event.traceparent ?? null,
  };
}

/** Whether a type is one of these types or patterns. */
export const isWanted = (type: string, wanted: readonly string[]): boolean =>
  wanted.some((one) => one === "*" || one === type || (one.endsWith(".*") && type.startsWith(one.slice(0, -1))));
