import { constraintTypes } from "../../shared/optimizer/constraints/catalog.ts";
import type { ConstraintDefinition } from "../../shared/optimizer/constraints/definition.ts";
import { type JsonSchema, table, typeName } from "./markdown.ts";

const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;
const json = (value: unknown) => literal(JSON.stringify(value));

/** What a type says of itself, with what one unit of deviation is. */
function descriptionOf(definition: ConstraintDefinition): string {
  const { penalty } = definition as { penalty?: string };
  return penalty ? `${definition.description} Deviation: ${penalty}.` : definition.description;
}

/** The migration that puts the catalogue into public.constraint_types. */
export function constraintTypesMigration(): string {
  const rows = constraintTypes.map((definition) => {
    const { type, title, schema, example } = definition;
    return `  (${[type, title, descriptionOf(definition)].map(literal).join(", ")},\n    ${json(schema)},\n    ${
      json(example)
    })`;
  });
  return `-- What a constraint can be: its parameters as JSON Schema, and an example.
--
-- Made from shared/optimizer/constraints by \`deno task docs\`; edit those.

insert into public.constraint_types (type, title, description, schema, example) values
${rows.join(",\n")};
`;
}

const bounds = ({ minimum, maximum }: { minimum?: number; maximum?: number }) =>
  minimum !== undefined && maximum !== undefined ? ` (${minimum} to ${maximum})` : "";

function section(definition: ConstraintDefinition): string {
  const { type, title, schema, example } = definition;
  const { properties = {}, required = [] } = schema as JsonSchema;
  const parameters = Object.entries(properties).map(([name, property]) => [
    `\`${name}\`${required.includes(name) ? "" : " (optional)"}`,
    typeName(name === "when" ? { type: "object" } : property) + bounds(property as { minimum?: number }),
    property.description ?? "",
  ]);
  return `### ${type}

**${title}.** ${descriptionOf(definition)}

${table(["Parameter", "Type", ""], parameters)}
${example.says}

\`\`\`json
${JSON.stringify({ type, params: example.params, hard: true, weight: 1 }, null, 2)}
\`\`\`
`;
}

/** docs/constraints.md, from the catalogue. */
export function constraintsPage(): string {
  return `# Constraints

Made from \`shared/optimizer/constraints\` by \`deno task docs\`; edit those. The same types, with the JSON Schema of their
parameters, are rows of \`constraint_types\`.

A constraint has a type, parameters, and is hard (must hold) or soft (should). Each type measures by how much a schedule
breaks it, its **deviation**, a whole number; the **penalty** is weight times deviation, and hard and soft penalties are
summed apart. The penalty that the optimizer lowers and the sentences that explain it come from the same code: for the types
of conferences the deviations of the sentences add up to that of the constraint.

Teams are the caller's ids, rounds are numbers, days are ISO days. A round's day counts where it is played: the office says
which day a game at 02:15 UTC belongs to. \`when\` says which rounds are meant; every part given must hold:

${
    table(["Part of \`when\`", "Meaning"], [
      ["`rounds`", "these rounds"],
      ["`dates`", "rounds on these days"],
      ["`from`, `to`", "rounds on or after, on or before a day"],
      ["`weekdays`", "rounds on these days of the week, `sunday` to `saturday`"],
      ["`first`, `last`", "so many rounds at the start, at the end of the season"],
    ])
  }
An unknown team or round is refused; a day on which there is no round matters to nobody.

${table(["Type", ""], constraintTypes.map(({ type, title }) => [`[\`${type}\`](#${type.toLowerCase()})`, title]))}
## Types

${constraintTypes.map(section).join("\n")}`;
}
