/** What a request was answered with. */
export interface LogEntry {
  ts: string;
  request_id: string;
  method: string;
  /** Path with the names of its query parameters; their values may say who somebody is. */
  path: string;
  status: number;
  ms: number;
}

type Handler<Info> = (request: Request, info: Info) => Response | Promise<Response>;

const SANE_ID = /^[\w.:-]{1,128}$/;

/** Writes what a service has to say as a JSON line beside those of the requests. */
export const messages = (write: (line: string) => void) => (message: string): void =>
  write(JSON.stringify({ ts: new Date().toISOString(), message }));

/** The caller's `x-request-id` where it can stand in a log, else a new one. */
export function requestId(request: Request): string {
  const given = request.headers.get("x-request-id");
  return given !== null && SANE_ID.test(given) ? given : crypto.randomUUID();
}

/** `/rest/v1/things?select&id` of `/rest/v1/things?select=*&id=eq.1`. */
function loggedPath(url: URL): string {
  const names = [...new Set(url.searchParams.keys())].map(encodeURIComponent);
  return names.length > 0 ? `${url.pathname}?${names.join("&")}` : url.pathname;
}

/**
 * Writes one JSON line for each request and gives the request and its response an `x-request-id`. An error of the
 * handler becomes a 500 that tells the caller nothing but this id.
 */
export function withLog<Info>(handler: Handler<Info>, write: (line: string) => void): Handler<Info> {
  return async (request, info) => {
    const start = performance.now();
    const id = requestId(request);
    const { method } = request; // read before an upgrade makes the request unreadable
    const url = new URL(request.url);
    const answer = await respond(handler, request, info, id, write);
    const entry: LogEntry = {
      ts: new Date().toISOString(),
      request_id: id,
      method,
      path: loggedPath(url),
      status: answer.status,
      ms: Math.round((performance.now() - start) * 10) / 10,
    };
    write(JSON.stringify(entry));
    return answer;
  };
}

async function respond<Info>(
  handler: Handler<Info>,
  request: Request,
  info: Info,
  id: string,
  write: (line: string) => void,
): Promise<Response> {
  const upgrade = request.headers.get("upgrade") !== null; // a copy of such a request cannot be upgraded
  try {
    const response = await handler(upgrade ? request : withId(request, id), info);
    if (upgrade) return response;
    const headers = new Headers(response.headers);
    headers.set("x-request-id", id);
    return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
  } catch (error) {
    write(JSON.stringify({ ts: new Date().toISOString(), request_id: id, error: (error as Error).stack }));
    const headers = { "x-request-id": id, "access-control-allow-origin": "*" };
    return Response.json({ message: "Internal Server Error", request_id: id }, { status: 500, headers });
  }
}

function withId(request: Request, id: string): Request {
  if (request.headers.get("x-request-id") === id) return request;
  const headers = new Headers(request.headers);
  headers.set("x-request-id", id);
  return new Request(request, { headers });
}
