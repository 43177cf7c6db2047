import { answerOf } from "../../../../shared/db/answer.ts";
import type { Caller } from "../../../../shared/http/auth.ts";
import type { Cells, Kind } from "../columns.ts";

type Client = Caller["client"];

/** Whose rows: a schedule's, or an organization's (teams: of a sport). */
export interface Scope {
  schedule_id?: string | undefined;
  organization_id?: string | undefined;
  sport_id?: string | undefined;
}

const pageSize = 2000;

/** All rows of a kind, games page by page: what is in memory is a page. */
export async function* pagesOf(client: Client, kind: Kind, scope: Scope): AsyncGenerator<Cells[]> {
  let after: { after_date?: string; after_id?: string } = {};
  for (;;) {
    const asked = { kind, ...scope, ...after, page_size: pageSize };
    const rows = await answerOf(client.rpc("export_rows", asked)) as Cells[];
    yield rows;
    if (kind !== "games" || rows.length < pageSize) return;
    const last = rows.at(-1)!;
    after = { after_date: String(last.date), after_id: String(last.id) };
  }
}

/** A stream of text that has its first piece already: what is refused, is refused before the answer begins. */
export async function streamOf(pieces: AsyncGenerator<string>): Promise<ReadableStream<Uint8Array>> {
  const first = await pieces.next();
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>({
    start(controller) {
      if (!first.done) controller.enqueue(encoder.encode(first.value));
    },
    async pull(controller) {
      const { done, value } = await pieces.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    async cancel() {
      await pieces.return(undefined);
    },
  });
}
