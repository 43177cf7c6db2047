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

Every command appends an event in its own transaction. There are two ways to hear of it.

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

| Topic | Carries | Who may listen |
| --- | --- | --- |
| \`org:<organization id>:appointments\` | appointments, services and resources of an organization | members with \`appointments.read\` |
| \`org:<organization id>:organization\` | the organization and its members | members with \`organization.read\` |
| \`appointment:<id>\` | one appointment | its customer, and members with \`appointments.read\` |
| \`ticket:<id>\` | one ticket of a walk-in queue | its customer, and members with \`appointments.read\` |
| \`queue:<id>\` | one walk-in queue | anyone |
| \`organization:<id>\` | one organization | members with \`organization.read\` |
| \`org:<organization id>:policies\` | policies of an organization | members with \`policies.read\` |
| \`policy:<id>\` | one policy | members with \`policies.read\`; while no version holds, \`policies.manage\` |
| \`saga:<id>\` | one saga | members with \`organization.manage\`, and who started it |
| \`profile:<user id>\` | one user's profile and inbox | that user |

${publicTopics}

## Types

No event holds personal data: what it is about is read, with permission, from the tables. \`data\` may gain fields;
consumers ignore those they do not know.

${sections.join("\n")}
## The event

A job's payload has \`id\`, \`organization_id\`, \`aggregate_type\`, \`aggregate_id\`, \`version\` (of the aggregate, after the
event), \`type\`, \`data\`, \`actor_id\`, \`actor_kind\` (\`user\`, \`guest\`, \`service\` or \`system\`), \`correlation_id\` (the request or
workflow it belongs to), \`causation_id\` (what led to it) and \`recorded_at\`.
`;
}
