import { errorCodes } from "../../shared/http/error-codes.ts";
import { table } from "./markdown.ts";

/** docs/errors.md, from the table of codes. */
export function errorsPage(): string {
  const byStatus = Object.entries(errorCodes).sort(([, one], [, other]) => one.status - other.status);
  const rows = byStatus.map(([code, { status, title, remedy, members }]) => [
    `\`${code}\``,
    String(status),
    `${title}. ${remedy}`,
    Object.entries(members ?? {}).map(([name, meaning]) => `\`${name}\`: ${meaning}`).join(" "),
  ]);
  return `# Errors

Made from \`shared/http/error-codes.ts\` and the \`*-errors.ts\` beside it by \`deno task docs\`; edit those.

A code means the same wherever it comes from, and its HTTP status is the same too. Branch on the code: titles and
sentences are for people and may change.

From an Edge Function an error is \`application/problem+json\` (RFC 9457):

\`\`\`json
{
  "type": "urn:almanac:problem:slot_taken",
  "title": "This time is taken",
  "status": 409,
  "code": "slot_taken",
  "detail": "This time is taken. Choose another slot.",
  "request_id": "5f0c2ab4-5f4f-4c8e-9a43-2f6a3c1d9e77",
  "conflicts": [
    {
      "resource_id": "0199e2c4-7b1a-7cc3-8f0e-5a2d9c1b4e77",
      "resource_name": "Room 1",
      "kind": "appointment",
      "starts_at": "2027-03-01T09:00:00+00:00",
      "ends_at": "2027-03-01T09:40:00+00:00"
    }
  ]
}
\`\`\`

From \`supabase.rpc(…)\` the same error has the code as \`message\`, the members as JSON text in \`details\` and the sentence
as \`hint\`; \`code\` is \`PT\` and the status:

\`\`\`ts
const { error } = await supabase.rpc("book_appointment", { service_id, starts_at });
if (error?.message === "slot_taken") console.log(JSON.parse(error.details).conflicts);
\`\`\`

A 5xx tells nothing of the inside: quote its \`request_id\`, which is in the logs.

${table(["Code", "Status", "What it means, what to do", "Members"], rows)}`;
}
