import { z } from "zod";
import { catalog, type Definition } from "../../shared/events/catalog.ts";

type Schema = Record<string, unknown>;

const isSchema = (value: unknown): value is Schema => typeof value === "object" && value !== null;

/** Without what says nothing more: patterns beside formats, the bounds of JavaScript's integers, `anyOf` of two types. */
function plain(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(plain);
  if (!isSchema(schema)) return schema;
  const { $schema: _, pattern, ...rest } = schema;
  const kept = Object.entries(rest).filter(([, value]) => Math.abs(Number(value)) !== Number.MAX_SAFE_INTEGER);
  const bare: Schema = Object.fromEntries(
    kept.map(([key, value]) => [key, key === "properties" ? members(value as Schema) : plain(value)]),
  );
  if (pattern !== undefined && !("format" in bare)) bare.pattern = pattern;
  const [first, second, ...more] = (bare.anyOf ?? []) as Schema[];
  if (first && second?.type === "null" && more.length === 0 && typeof first.type === "string" && !("enum" in first)) {
    return { ...first, type: [first.type, "null"] };
  }
  return bare;
}

const members = (properties: Schema) =>
  Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, plain(schema)]));

/** The JSON Schema of an event's data, as the catalogue in the database has it. Fields unknown to it are let pass. */
export const schemaOf = ({ data }: Definition): unknown => plain(z.toJSONSchema(data, { io: "input" }));

const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;

/** The migration that puts the catalog into public.event_types. */
export function eventTypesMigration(): string {
  const rows = Object.entries(catalog as Record<string, Definition>).map(([type, event]) =>
    `  (${[type, event.aggregate, event.means].map(literal).join(", ")},\n    ${
      literal(JSON.stringify(schemaOf(event)))
    })`
  );
  return `-- Almanac's own types of events, so that there is one catalogue for everybody.
--
-- Made from shared/events/catalog.ts by \`deno task docs\`; edit that.

insert into public.event_types (type, aggregate_type, description, schema) values
${rows.join(",\n")};
`;
}
