import type { Readable } from "node:stream";
import { asOutboundError, OutboundError } from "./failure.ts";

/** A body as it comes, that breaks off behind `maxBytes` (0: never); whoever stops reading ends the connection. */
export function limited(body: Readable, maxBytes: number): ReadableStream<Uint8Array> {
  body.on("error", () => {}); // the reader is told; an event that nobody hears would end the whole function
  const chunks = body[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  let read = 0;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await chunks.next();
        if (done) return controller.close();
        read += value.length;
        if (maxBytes && read > maxBytes) {
          throw new OutboundError("too_large", `The body has more than ${maxBytes} bytes.`);
        }
        controller.enqueue(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
      } catch (failure) {
        body.destroy();
        controller.error(asOutboundError(failure));
      }
    },
    cancel: () => void body.destroy(),
  }, { highWaterMark: 0 });
}

/** The first bytes of a body as text; the rest is not waited for. */
export async function readSome(answer: Response, mostBytes: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let read = 0;
  for await (const chunk of answer.body ?? []) {
    text += decoder.decode(chunk.subarray(0, mostBytes - read), { stream: true });
    read += chunk.length;
    if (read >= mostBytes) break;
  }
  return text;
}
