/** A Markdown table. Pipes within cells are escaped. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n") + "\n";
}

/** The parts of JSON Schema that the pages describe. */
export interface JsonSchema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  const?: unknown;
  enum?: unknown[];
  items?: JsonSchema;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  anyOf?: JsonSchema[];
  allOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  description?: string;
  example?: unknown;
  examples?: unknown[];
}

/** A schema in a few words: `uuid`, `list of uuid`, `{ starts_at: date-time }`, `text or null`. */
export function typeName(schema: JsonSchema): string {
  if (schema.$ref) return schema.$ref.split("/").at(-1)!;
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives) return alternatives.map(typeName).join(" or ");
  if (schema.allOf) return schema.allOf.map(typeName).join(" and ");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" or ");
  const types = [schema.type ?? "any"].flat();
  return types.map((type) => {
    if (type === "array") return `list of ${typeName(schema.items ?? {})}`;
    if (type === "object" && schema.properties) return `{ ${fields(schema).join(", ")} }`;
    return type === "string" ? schema.format?.replace("guid", "uuid") ?? "text" : type;
  }).join(" or ");
}

const fields = ({ properties = {}, required }: JsonSchema) =>
  Object.entries(properties).map(([name, schema]) =>
    `${name}${!required || required.includes(name) ? "" : "?"}: ${typeName(schema)}`
  );
