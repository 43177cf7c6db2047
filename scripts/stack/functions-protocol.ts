/** What the host and the thread of one function say to each other. Bodies are transferred, not copied. */

/** From the host. */
export type ToIsolate =
  | { type: "boot"; entrypoint: string; env: Record<string, string> }
  | {
    type: "request";
    id: number;
    method: string;
    url: string;
    headers: [string, string][];
    body: ReadableStream<Uint8Array> | null;
    remoteAddress: string;
  }
  | { type: "cancel"; id: number }
  /** No request will come any more. */
  | { type: "retire" };

/** From the function's thread. */
export type FromIsolate =
  | { type: "ready" }
  | { type: "failed"; reason: string }
  | {
    type: "response";
    id: number;
    status: number;
    statusText: string;
    headers: [string, string][];
    body: ReadableStream<Uint8Array> | null;
  }
  | { type: "threw"; id: number; reason: string }
  /** After `retire`: the background tasks have finished. */
  | { type: "idle" };
