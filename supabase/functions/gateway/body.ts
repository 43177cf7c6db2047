import { Problem } from "../../../shared/http/problem.ts";

/** The body of a request on its way: counted, never kept. */
export interface CountedBody {
  readonly stream: ReadableStream<Uint8Array> | null;
  /** Whether more came than the service takes. */
  readonly exceeded: () => boolean;
}

/**
 * Counts a body as it passes and breaks it off behind `most` bytes.
 *
 * @param onChunk - called for each piece that passes, and at the end
 * @throws Problem 413 at once where its declared length is too much
 */
export async function counted(request: Request, most: number, onChunk: () => void): Promise<CountedBody> {
  const declared = request.headers.get("content-length");
  if (declared !== null && Number(declared) > most) throw new Problem("payload_too_large");
  const reader = request.body?.getReader();
  // Some runtimes give every request a stream: whether there is a body shows in its first piece.
  let first = await reader?.read();
  while (first && !first.done && first.value.length === 0) first = await reader!.read();
  if (!reader || !first || first.done) return { stream: null, exceeded: () => false };
  let passed = 0;
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = first ?? await reader.read();
      first = undefined;
      onChunk();
      if (done) return controller.close();
      passed += value.length;
      if (passed <= most) return controller.enqueue(value);
      controller.error(new Problem("payload_too_large"));
      await reader.cancel().catch(() => {});
    },
    cancel: (reason) => reader.cancel(reason),
  }, { highWaterMark: 0 });
  return { stream, exceeded: () => passed > most };
}
