import type { Caller } from "../../../../shared/http/auth.ts";
import { type Kind, kinds } from "../columns.ts";
import { pagesOf, type Scope } from "./rows.ts";

/**
 * A JSON document of lists by the kinds' names, written page by page: of one kind, or of a whole schedule, which is what
 * `POST /imports?what=schedule` reads.
 */
export async function* documentOf(
  client: Caller["client"],
  what: Kind | "schedule",
  scope: Scope,
  head?: Record<string, unknown>,
): AsyncGenerator<string> {
  let text = `{"format":"almanac.${what}","version":1${head ? `,"schedule":${JSON.stringify(head)}` : ""}`;
  for (const kind of what === "schedule" ? kinds : [what]) {
    text += `,\n"${kind}":[`;
    let between = "\n";
    for await (const rows of pagesOf(client, kind, scope)) {
      for (const row of rows) {
        text += between + JSON.stringify(row);
        between = ",\n";
      }
      yield text;
      text = "";
    }
    text += "]";
  }
  yield `${text}}\n`;
}
