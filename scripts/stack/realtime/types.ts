import type { Claims } from "../auth/mod.ts";
import type { Version } from "./frames.ts";

/** What a policy on `realtime.messages` speaks about. */
export type Extension = "broadcast" | "presence";

/** What a caller may do on a private topic; undefined until it was asked. */
export interface Access {
  read: Record<Extension, boolean>;
  write: Partial<Record<Extension, boolean>>;
}

/** What a client has tracked of itself on a channel. */
export interface Tracked {
  state: Record<string, unknown>;
  ref: string;
}

/** One client's membership of one topic. */
export interface Channel {
  readonly connection: Connection;
  /** `realtime:<name>`, as it travels. */
  readonly topic: string;
  /** The name a policy sees as `realtime.topic()`. */
  readonly name: string;
  readonly joinRef: string | null;
  readonly private: boolean;
  readonly self: boolean;
  readonly ack: boolean;
  readonly presenceKey: string;
  /** Messages sent to this client while it joined; the feed must not repeat them. */
  readonly replayed: Set<string>;
  presence: boolean;
  claims: Claims;
  access: Access;
  tracked?: Tracked;
  expiry?: ReturnType<typeof setTimeout>;
}

/** One WebSocket. */
export interface Connection {
  readonly socket: Pick<WebSocket, "send" | "readyState" | "close">;
  readonly version: Version;
  /** Claims of the API key; each channel may bring a user token of its own. */
  readonly claims: Claims;
  /** The client's `x-` headers, which policies may read as `request.headers`. */
  readonly headers: Record<string, string>;
  readonly channels: Map<string, Channel>;
  /** Resolves when the feed delivers what commits from now on. */
  ready(): Promise<void>;
}

/** A failure with its reason as the client is told it: `<Code>: <sentence>`. */
export class Refusal extends Error {}
