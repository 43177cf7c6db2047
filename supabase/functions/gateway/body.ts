import { Problem } from "../../../shared/http/problem.ts";

/** The body of a request on its way: counted, never kept. */
export interface CountedBody {
  readonly stream: ReadableStream<Uint8Array> | null;
  /** Whether more came than the service takes. */
  readonly exceeded: () => boolean;
  /** Whether time ran out while the service waited for the client's next piece. */
  readonly starved: () => boolean;
}

/**
 * Counts a body as it passes and breaks it off behind `most` bytes.
 *
 * @param onChunk - called for each piece that passes, and at the end
 * @param signal - of the deadline; ends the wait for its first piece
 * @throws Problem 413 at once where its declared length is too much
 */
export async function counted(
  request: Request,
  most: number,
  onChunk: () => void,
  signal: AbortSignal,
): Promise<CountedBody> {
  const declared = request.headers.get("content-length");
  if (declared !== null && Number(declared) > most) throw new Problem("payload_too_large");
  const reader = request.body?.getReader();
  // Some runtimes give every request a stream: whether there is a body shows in its first piece.
  let awaited = false;
  let starved = false;
  signal.addEventListener("abort", () => starved = awaited, { once: true });
  const next = async () => {
    awaited = true;
    try {
      return await reader!.read();
    } finally {
      awaited = false;
    }
  };
  let first = reader && await until(signal, next());
  while (first && !first.done && first.value.length === 0) first = await until(signal, next());
  if (!reader || !first || first.done) return { stream: null, exceeded: () => false, starved: () => false };
  let passed = 0;
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = first ?? await next();
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
  return { stream, exceeded: () => passed > most, starved: () => starved };
}

async function until<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const ended = Promise.withResolvers<never>();
  const end = () => ended.reject(signal.reason);
  signal.addEventListener("abort", end, { once: true });
  try {
    signal.throwIfAborted();
    return await Promise.race([work, ended.promise]);
  } finally {
    signal.removeEventListener("abort", end);
  }
}
