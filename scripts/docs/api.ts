import { createApp } from "../../shared/http/app.ts";
import { documentOf } from "../../shared/http/openapi.ts";
import * as appointments from "../../supabase/functions/appointments/contract.ts";
import { registerRoutes as registerAppointments } from "../../supabase/functions/appointments/routes.ts";
import * as documents from "../../supabase/functions/documents/contract.ts";
import { registerRoutes as registerDocuments } from "../../supabase/functions/documents/routes.ts";
import * as gateway from "../../supabase/functions/gateway/contract.ts";
import { registerRoutes as registerGateway } from "../../supabase/functions/gateway/routes.ts";
import * as platform from "../../supabase/functions/platform/contract.ts";
import { registerRoutes as registerPlatform } from "../../supabase/functions/platform/routes.ts";
import * as scheduling from "../../supabase/functions/scheduling/contract.ts";
import { registerRoutes as registerScheduling } from "../../supabase/functions/scheduling/routes.ts";
import { type JsonSchema, table, typeName } from "./markdown.ts";

interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  description?: string;
  schema: JsonSchema;
}

interface Content {
  content?: Record<string, { schema: JsonSchema }>;
}

interface Operation {
  summary?: string;
  description?: string;
  tags?: string[];
  security?: Record<string, unknown>[];
  parameters?: Parameter[];
  requestBody?: Content & { required?: boolean };
  responses: Record<string, Content & { description: string }>;
}

interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, JsonSchema> };
}

const url = "https://<project>.supabase.co";

const functions = [
  { name: "appointments", register: registerAppointments, info: appointments.info },
  { name: "scheduling", register: registerScheduling, info: scheduling.info },
  { name: "documents", register: registerDocuments, info: documents.info },
  { name: "platform", register: registerPlatform, info: platform.info },
  { name: "gateway", register: registerGateway, info: gateway.info },
];

/** The documents that the functions serve of themselves. */
function openApiDocuments(): (Document & { name: string })[] {
  const settings = { url, publishableKeys: {}, secretKeys: {}, jwks: { keys: [] } };
  return functions.map(({ name, register, info }) => {
    const app = createApp({ name, settings });
    register(app);
    return { name, ...documentOf(app, info, url) as unknown as Document };
  });
}

const callers: Record<string, string> = {
  "user+publishableKey": "a signed-in user",
  "publishableKey": "anyone with the publishable key",
  "publishableKey+manageToken": "a guest with the token of the booking",
  "jobsKey": "the secret key named `jobs`",
  "": "anyone with the link's token",
};

const callersOf = ({ security }: Operation) =>
  security?.map((scheme) => callers[Object.keys(scheme).join("+")] ?? "anyone").join("; or ") ?? "anyone";

/** Codes that any route may answer: told once, not in every table. */
const common = [
  "invalid_json",
  "not_authenticated",
  "invalid_token",
  "invalid_api_key",
  "payload_too_large",
  "unsupported_media_type",
  "invalid_input",
  "unavailable",
];

const withoutCommon = (description: string) =>
  description.replace(new RegExp(`\`(?:${common.join("|")})\`: [^.]*\\.`, "g"), "").trim();

const contentOf = ({ content }: Content) =>
  Object.entries(content ?? {}).filter(([type]) => !type.includes("problem"))
    .map(([type, { schema }]) => type === "application/json" ? link(schema) : `\`${type}\``).join(" or ");

const link = (schema: JsonSchema) =>
  schema.$ref ? `[${typeName(schema)}](#${typeName(schema).toLowerCase()})` : typeName(schema);

function operationSection(method: string, path: string, operation: Operation): string {
  const parameters = (operation.parameters ?? []).map(({ name, in: place, required, description, schema }) => [
    `\`${name}\``,
    required ? `${place}, required` : place,
    typeName(schema),
    description ?? schema.description ?? "",
  ]);
  const responses = Object.entries(operation.responses)
    .map(([status, response]) => [status, withoutCommon(response.description), contentOf(response)])
    .filter(([, description]) => description);
  const body = operation.requestBody
    ? `Body: ${contentOf(operation.requestBody)}${operation.requestBody.required ? "" : " (may be left out)"}.\n`
    : "";
  return [
    `### ${operation.summary}`,
    `\`${method.toUpperCase()} ${path}\``,
    operation.description ?? "",
    `For ${callersOf(operation)}.`,
    parameters.length ? table(["Parameter", "In", "Type", ""], parameters) : "",
    body,
    table(["Status", "", "Content"], responses),
  ].filter(Boolean).map((part) => part.trimEnd()).join("\n\n");
}

function schemaSection(name: string, schema: JsonSchema): string {
  const required = new Set(schema.required ?? []);
  const rows = Object.entries(schema.properties ?? {}).map(([field, type]) => [
    `\`${field}\`${required.has(field) ? "" : " (optional)"}`,
    type.$ref ? link(type) : typeName(type),
    type.description ?? "",
  ]);
  const body = rows.length ? table(["Field", "Type", ""], rows) : `${typeName(schema)}\n`;
  return `### ${name}\n\n${schema.description ? `${schema.description}\n\n` : ""}${body}`;
}

/** The operations of one function by topic. */
function functionSections({ name, paths }: ReturnType<typeof openApiDocuments>[number]): string {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      tag: operation.tags?.[0] ?? "",
      text: operationSection(method, path, operation),
    }))
  );
  const sections = [...Map.groupBy(operations, ({ tag }) => tag)].map(([tag, group]) =>
    `## ${tag} (\`${name}\`)\n\n${group.map(({ text }) => text).join("\n\n")}\n`
  );
  return sections.join("\n");
}

/** docs/api.md, from the OpenAPI documents of the functions. */
export function apiPage(): string {
  const all = openApiDocuments();
  const sections = all.map(functionSections);
  const components: Record<string, JsonSchema> = Object.assign({}, ...all.map(({ components }) => components.schemas));
  const schemas = Object.entries(components).map(([name, schema]) => schemaSection(name, schema));
  return `# HTTP API

Made from the functions' OpenAPI documents by \`deno task docs\`; edit the schemas and contracts.

Paths are below \`${url}/functions/v1\`; the documents themselves are at \`/<function>/openapi.json\`. What the functions can do
with a user's token, that user can also do with \`supabase.rpc\` and \`supabase.from\`: the rules are the database's. The
name of the collection may be left out: \`/appointments/<id>\` is \`/appointments/appointments/<id>\`.

- Send \`apikey\` (the publishable key) and, for a signed-in user, \`Authorization: Bearer <access token>\`, as supabase-js does.
- Errors are problem+json with a stable \`code\`: see [errors](errors.md). Any route may answer ${
    common.map((code) => `\`${code}\``).join(", ")
  }; the tables name what else it may.
- Answers about one appointment carry its version as \`ETag\`. Send it back as \`If-Match\` to change only what you have seen.
- Send \`Idempotency-Key\` with what must not happen twice.
- Each answer has an \`x-request-id\`; one you send is kept.
- Times are RFC 3339 with an offset; a body has at most 1 MB.

${sections.join("\n")}
## Schemas

${schemas.join("\n")}`;
}
