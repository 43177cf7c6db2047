import { unreadable } from "./faults.ts";

/** Counts lines as it goes, to say where a byte that is no text stands. */
const linesOf = (text: string): number => text.split("\n").length - 1;

function encodingOf(head: Uint8Array, charset: string | undefined): string {
  if (head[0] === 0xff && head[1] === 0xfe) return "utf-16le";
  if (head[0] === 0xfe && head[1] === 0xff) return "utf-16be";
  if (head.subarray(0, 32).includes(0)) {
    throw unreadable({ line: 1, message: "this is no text. UTF-16 needs its byte order mark; save it as UTF-8." });
  }
  return charset ?? "utf-8";
}

function decoderFor(encoding: string): TextDecoder {
  try {
    return new TextDecoder(encoding, { fatal: true });
  } catch {
    throw unreadable({ line: 1, message: `the encoding ${encoding} is not known. Save the file as UTF-8.` });
  }
}

/**
 * The text of a file as it streams in: UTF-8, UTF-16 by its byte order mark, or the `charset` its sender names. Bytes that
 * are none are refused with the line they stand on: a guess would turn names into others without a word.
 */
export async function* textOf(body: ReadableStream<Uint8Array>, charset?: string): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined;
  let head: Uint8Array<ArrayBufferLike> = new Uint8Array();
  let line = 1;
  const decode = (bytes?: Uint8Array<ArrayBufferLike>) => {
    try {
      return decoder!.decode(bytes as Uint8Array<ArrayBuffer> | undefined, { stream: bytes !== undefined });
    } catch {
      throw unreadable({
        line: line + (bytes ? lineOfBadByte(bytes) : 0),
        message: `there is a byte that is not ${
          decoder!.encoding
        }. Save the file as UTF-8, or name its charset in the content type.`,
      });
    }
  };
  for await (const chunk of body) {
    let bytes = chunk;
    if (!decoder) {
      bytes = concat(head, chunk);
      if (bytes.length < 64) {
        head = bytes;
        continue;
      }
      decoder = decoderFor(encodingOf(bytes, charset));
    }
    const text = decode(bytes);
    line += linesOf(text);
    yield text;
  }
  if (!decoder && head.length) {
    decoder = decoderFor(encodingOf(head, charset));
    yield decode(head);
  }
  if (decoder) yield decode();
}

function concat(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

/** How many lines of a chunk come before its first byte that is no UTF-8. */
function lineOfBadByte(bytes: Uint8Array): number {
  const text = new TextDecoder().decode(bytes as Uint8Array<ArrayBuffer>);
  const end = text.indexOf("\ufffd");
  return linesOf(end < 0 ? text : text.slice(0, end));
}
