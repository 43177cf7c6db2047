import { Problem } from "../../../shared/http/problem.ts";

/** What a request of the gateway asks for. */
export interface Target {
  readonly service: string;
  /** Below the service's endpoint, as it was written; empty for the endpoint itself. */
  readonly path: string;
  /** With its `?`, or empty. */
  readonly query: string;
}

const form = /^\/gateway\/v1\/([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)(\/.*)?$/;

/** Whatever two readers of a path could understand in two ways. */
const ambiguous = /[\\\p{Cc}]|\/\/|(?:^|\/)\.{1,2}(?:[/;]|$)|%(?:2f|5c|00)/iu;

/**
 * Reads `/gateway/v1/<service>/<path>`.
 *
 * @throws Problem 404 where no service can have the name, 400 `invalid_path`
 */
export function targetOf({ pathname, search }: URL): Target {
  const match = form.exec(pathname);
  if (!match) {
    throw new Problem(pathname.includes("//") || pathname.includes("%") ? "invalid_path" : "service_not_found");
  }
  const path = match[2] ?? "";
  if (!isPlain(path)) throw new Problem("invalid_path");
  return { service: match[1]!, path, query: search };
}

/** Whether a path means the same however often it is decoded on its way. */
function isPlain(path: string): boolean {
  let text = path;
  for (let times = 0; times < 4; times++) {
    if (ambiguous.test(text)) return false;
    let decoded: string;
    try {
      decoded = decodeURIComponent(text);
    } catch {
      return times > 0; // a percent sign that stands for itself
    }
    if (decoded === text) return true;
    text = decoded;
  }
  return false;
}

/** The address below an endpoint; never above it. */
export function addressOf(endpoint: string, { path, query }: Target): URL {
  const url = new URL(endpoint.replace(/\/+$/, "") + path + query);
  const root = new URL(endpoint);
  const base = root.pathname.replace(/\/+$/, "");
  const below = url.pathname === root.pathname || url.pathname === base || url.pathname.startsWith(`${base}/`);
  if (url.origin !== root.origin || !below) throw new Problem("invalid_path");
  return url;
}
