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
export function counted(request: Request, most: number, onChunk: () => void): CountedBody {
  const declared = request.headers.get("content-length");
  if (declared !== null && Number(declared) > most) throw new Problem("payload_too_large");
  if (!request.body) return { stream: null, exceeded: () => false };
  const reader = request.body.getReader();
  let passed = 0;
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await reader.read();
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
