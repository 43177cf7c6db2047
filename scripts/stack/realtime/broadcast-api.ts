import type { Claims } from "../auth/mod.ts";
import type { Authorizer } from "./authorization.ts";
import type { Channels } from "./channels.ts";
import { fits } from "./messages.ts";

interface Outgoing {
  topic: string;
  event: string;
  payload: unknown;
  private?: boolean;
}

const CORS = { "access-control-allow-origin": "*", "access-control-allow-headers": "*" };
const SINGLE = /^\/api\/broadcast\/([^/]+)\/events\/([^/]+)$/;

/** JSON answer of the Realtime API. */
export const answer = (status: number, body: unknown): Response => Response.json(body, { status, headers: CORS });

function isOutgoing(value: unknown): value is Outgoing {
  const { topic, event, payload } = (value ?? {}) as Partial<Outgoing>;
  return typeof topic === "string" && topic !== "" && typeof event === "string" && event !== "" &&
    payload !== undefined;
}

/** A part of a path; empty, which no topic is, when it is no valid encoding. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return "";
  }
}

async function readSingle(request: Request, url: URL, topic: string, event: string): Promise<unknown[]> {
  const bytes = request.headers.get("content-type")?.includes("octet-stream");
  const payload = bytes ? new Uint8Array(await request.arrayBuffer()) : await request.json().catch(() => undefined);
  const isPrivate = url.searchParams.get("private") === "true";
  return [{ topic: decode(topic), event: decode(event), payload, private: isPrivate }];
}

async function readBatch(request: Request): Promise<unknown> {
  const body = await request.json().catch(() => undefined);
  return (body as { messages?: unknown } | undefined)?.messages;
}

/** True for the paths `broadcast` answers. */
export const isBroadcastPath = (path: string): boolean => path === "/api/broadcast" || SINGLE.test(path);

/** `POST /api/broadcast` and `/api/broadcast/:topic/events/:event`: sends without a socket, under the insert policy. */
export async function broadcast(
  request: Request,
  path: string,
  claims: Claims,
  channels: Channels,
  authorizer: Authorizer,
): Promise<Response> {
  const single = SINGLE.exec(path);
  const messages = single
    ? await readSingle(request, new URL(request.url), single[1]!, single[2]!)
    : await readBatch(request);
  if (!Array.isArray(messages) || !messages.every(isOutgoing)) {
    return answer(422, { errors: { messages: ["topic, event and payload can't be blank"] } });
  }
  if (!messages.every((message) => fits(message.payload))) {
    return answer(422, { errors: { messages: ["Payload size exceeds tenant limit"] } });
  }
  for (const { topic: name, event, payload, private: isPrivate = false } of messages) {
    const allowed = !isPrivate || claims.role === "service_role" ||
      await authorizer.write({ claims, headers: {} }, name, "broadcast");
    if (allowed) channels.broadcast({ name, private: isPrivate, event, payload });
  }
  return new Response("", { status: 202, headers: CORS });
}
