import { z } from "zod";
import { catalog, type Definition, Hint } from "../../shared/events/catalog.ts";
import { type JsonSchema, table, typeName } from "./markdown.ts";

const schemaOf = (schema: z.ZodType) => z.toJSONSchema(schema) as JsonSchema;

/** The fields of a schema as one table cell. */
function dataOf({ data }: Definition): string {
  const { properties = {} } = schemaOf(data);
  return Object.entries(properties).map(([name, schema]) => `\`${name}\`: ${typeName(schema)}`).join("<br>") ||
    "(nothing)";
}

const topics = `| Topic | Carries | Who may listen |
| --- | --- | --- |
| \`org:<organization id>:appointments\` | appointments, services and resources of an organization | members with \`appointments.read\` |
| \`org:<organization id>:events\` | what the organization's members, programs and services publish, its types and subscriptions | members with \`events.read\` |
| \`org:<organization id>:organization\` | the organization and its members | members with \`organization.read\` |
| \`appointment:<id>\` | one appointment | its customer, and members with \`appointments.read\` |
| \`ticket:<id>\` | one ticket of a walk-in queue | its customer, and members with \`appointments.read\` |
| \`queue:<id>\` | one walk-in queue | anyone |
| \`organization:<id>\` | one organization | members with \`organization.read\` |
| \`org:<organization id>:policies\` | policies of an organization | members with \`policies.read\` |
| \`policy:<id>\` | one policy | members with \`policies.read\`; while no version holds, \`policies.manage\` |
| \`saga:<id>\` | one saga | members with \`organization.manage\`, and who started it |
| \`profile:<user id>\` | one user's profile and inbox | that user |`;

const publicTopics =
  `Two topics are for screens without an account, with the publishable key alone, and carry what is shown rather than a
hint. They are private channels all the same: anyone may join, nobody may send.

| Topic | Events | Carries | Who may listen |
| --- | --- | --- | --- |
| \`queue:<id>\` | \`board\` | at each change: labels, positions, P50 and P80 of the waits, who is called where | anyone |
| \`ticket:<id>:<key>\` (\`topic\` of the ticket) | \`ticket.position\`, \`ticket.called\`, … | what changed for one ticket | who has the ticket |

\`\`\`ts
supabase.channel(\`queue:\${id}\`, { config: { private: true } })
  .on("broadcast", { event: "board" }, ({ payload }) => show(payload))
  .subscribe();
\`\`\``;

const onTheWire =
  `Outside of the database an event is a [CloudEvents 1.0](https://github.com/cloudevents/spec) document, the same
everywhere: in the log's pages, over subscriptions and in webhooks. What is null is left out.

| Attribute | |
| --- | --- |
| \`id\`, \`time\`, \`type\`, \`data\` | the event's own; be idempotent by \`id\` |
| \`source\` | \`/services/<name>\` when a service published it, otherwise \`/organizations/<id>\` |
| \`subject\` | \`<aggregate type>/<aggregate id>\` |
| \`datacontenttype\`, \`dataschema\` | \`application/json\`, and \`urn:almanac:event:<type>:<version of the type>\` |
| \`organizationid\` | whose it is |
| \`aggregatetype\`, \`aggregateid\`, \`aggregateversion\` | what it happened to, and its version after the event |
| \`actorkind\`, \`actorid\` | \`user\`, \`api_key\`, \`service\`, \`guest\` or \`system\`, and its id |
| \`correlationid\`, \`causationid\` | the request or workflow it belongs to, and what led to it |
| \`traceparent\` | W3C trace context of the request |

### Publishing

\`POST /platform/events\` (or \`publish_events\` over the Data API) takes one event, or up to 1,000 of one organization, all or nothing,
in 1 MB; from members, API keys and services with \`events.publish\`.

\`\`\`json
{
  "organization_id": "0199e2c4-7b1a-7cc3-8f0e-5a2d9c1b4e77",
  "events": [
    { "type": "invoice.paid", "aggregate_id": "0199e2c4-0000-7000-8000-000000000001", "data": { "amount": 120 }, "expected_version": 3 }
  ]
}
\`\`\`

Types are declared first. Those of Almanac's own commands, and streams of its aggregates, are nobody's to publish. What is refused
names the \`index\` of the event, and of its data the \`path\`. The header \`Idempotency-Key\` makes a repeated request harmless; so does
the same \`source\` and \`id\` of CloudEvents (\`application/cloudevents+json\`, \`application/cloudevents-batch+json\`): whose and what they
are about is said by \`organizationid\` and \`aggregateid\` or \`subject\`, the version before by \`expectedversion\`. Other extension attributes,
\`time\` and \`source\` are not kept: the log says when it got an event and from whom. A batch sends one hint a type.

### Reading

\`GET /platform/events\` (\`list_events\`) gives pages by type, aggregate and time, \`GET /platform/streams/<aggregate id>\` (\`get_stream\`) all that
happened to one thing. With \`events.read\` one reads everything of the organization, otherwise the domains whose \`<domain>.read\` one
has; for the events of the organization itself, which tell who joined, that is \`members.read\`.

**Do not follow the log by pages.** An event of a transaction that takes long appears behind those that were read already. To follow, ask
with \`after=now\` and then with the \`after\` of the answer before (\`read_events_after\`): nothing is missed, nothing comes twice, however
transactions overtake one another ([decision 16](decisions/0016-followers-keep-a-snapshot.md)). After seven days such a cursor is
\`410 cursor_expired\`. The topics to wake up on are told by \`GET /platform/events/topics\` (\`event_topics\`).`;

/** docs/events.md, from the catalog. */
export function eventsPage(): string {
  const byAggregate = Map.groupBy(
    Object.entries(catalog as Record<string, Definition>),
    ([, { aggregate }]) => aggregate,
  );
  const sections = [...byAggregate].map(([aggregate, events]) =>
    `### ${aggregate}\n\n` +
    table(["Type", "Meaning", "`data`"], events.map(([type, event]) => [`\`${type}\``, event.means, dataOf(event)]))
  );
  const hint = Object.keys(schemaOf(Hint).properties!).map((name) => `\`${name}\``).join(", ");
  return `# Events

Made from \`shared/events/catalog.ts\` by \`deno task docs\`; edit that.

Every command appends an event in its own transaction, and organizations publish [their own](#the-event-outside). There are two ways
to hear of it.

**Consumers** read the log: durable, at least once, in the order of each aggregate's versions. A consumer names the types
it wants and a queue; each event becomes a job whose payload is the event (\`parseEvent\` types it). The same event may
come twice: be idempotent by its \`id\`.

**Screens** listen to Realtime: fast, and lost when nobody listens. A private channel carries a hint (${hint}), its name
is the event's type, and the client reads again what it shows. Subscribe to \`*\` or to one type:

\`\`\`ts
supabase.channel(\`appointment:\${id}\`, { config: { private: true } })
  .on("broadcast", { event: "*" }, ({ event, payload }) => console.log(event, payload.version))
  .subscribe();
\`\`\`

${topics}

${publicTopics}

## Types

No event holds personal data: what it is about is read, with permission, from the tables. \`data\` may gain fields;
consumers ignore those they do not know. The same types, with the JSON Schema of each, are rows of \`event_types\`, beside those that
organizations declare: see [the event bus](event-bus.md).

${sections.join("\n")}
## The event outside

${onTheWire}

## The event in a job

A job's payload has \`id\`, \`organization_id\`, \`aggregate_type\`, \`aggregate_id\`, \`version\` (of the aggregate, after the
event), \`type\`, \`data\`, \`actor_id\`, \`actor_kind\` (\`user\`, \`api_key\`, \`service\`, \`guest\` or \`system\`), \`correlation_id\` (the request or
workflow it belongs to), \`causation_id\` (what led to it) and \`recorded_at\`.
`;
}
