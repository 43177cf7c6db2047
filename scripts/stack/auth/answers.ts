/**
 * Answers in the shapes that hosted Supabase gives them, so that supabase-js maps failures to the same error classes and
 * browsers may read them.
 *
 * @module
 */

const CORS = { "access-control-allow-origin": "*" };

/** Answer to a browser that asks before it sends: the engine's own names no headers for the Auth API. */
export function preflight(request: Request): Response {
  const headers = request.headers.get("access-control-request-headers") ??
    "authorization, x-client-info, apikey, content-type, x-supabase-api-version";
  return new Response(null, {
    status: 204,
    headers: {
      ...CORS,
      "access-control-allow-methods": "GET, POST, PUT, PATCH, DELETE, OPTIONS",
      "access-control-allow-headers": headers,
      "access-control-max-age": "86400",
    },
  });
}

/** The answer as a browser on any origin may read it. */
export function readable(response: Response): Response {
  const headers = new Headers(response.headers);
  headers.set("access-control-allow-origin", "*");
  headers.set("access-control-expose-headers", "X-Total-Count, Link, X-Supabase-Api-Version, X-Sb-Error-Code");
  headers.delete("access-control-allow-credentials"); // nothing here goes by cookies
  return new Response(response.body, { status: response.status, headers });
}

/** JSON answer that a browser on any origin may read. */
export function json(body: unknown, status = 200, headers: HeadersInit = {}): Response {
  return Response.json(body, { status, headers: { ...CORS, ...Object.fromEntries(new Headers(headers)) } });
}

/** Failure of the Auth API: `{ code, error_code, msg }`. */
export function authError(status: number, errorCode: string, message: string): Response {
  return json({ code: status, error_code: errorCode, msg: message }, status, { "x-sb-error-code": errorCode });
}

/** Failure of the gateway that stands before every API: a missing or unknown API key. */
export function keyError(present: boolean): Response {
  return present
    ? json({ message: "Invalid API key", hint: "Double check your Supabase `apikey`" }, 401, {
      "sb-error-code": "UNAUTHORIZED_INVALID_API_KEY",
    })
    : json(
      { message: "No API key found in request", hint: "No `apikey` request header or url param was found." },
      401,
      { "sb-error-code": "UNAUTHORIZED_MISSING_API_KEY" },
    );
}

/** What PostgREST answers to a token it cannot accept. */
export function restTokenError(expired: boolean): Response {
  const message = expired ? "JWT expired" : "No suitable key or wrong key type";
  const details = expired ? null : "None of the keys was able to decode the JWT";
  return json({ code: expired ? "PGRST303" : "PGRST301", details, hint: null, message }, 401, {
    "www-authenticate": `Bearer error="invalid_token", error_description="${message}"`,
  });
}

/** What the Auth API answers to a token it cannot accept. */
export function authTokenError(expired: boolean): Response {
  const reason = expired ? "token has invalid claims: token is expired" : "signature is invalid";
  return authError(403, "bad_jwt", `invalid JWT: unable to parse or verify signature, ${reason}`);
}
