import { authError } from "./answers.ts";

const STRINGS = [
  "email",
  "phone",
  "password",
  "token",
  "token_hash",
  "refresh_token",
  "type",
  "auth_code",
  "code_verifier",
  "redirect_to",
] as const;

/** The answer to a body that GoTrue would not unmarshal; the engine would fail over it. */
function refusal(text: string): Response | null {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return null; // the engine has GoTrue's words for this
  }
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    return authError(400, "bad_json", "Could not parse request body as JSON: expected an object");
  }
  if (text.includes("\\u0000")) { // no text of Postgres can hold it
    return authError(400, "bad_json", "Could not parse request body as JSON: \\u0000 is not allowed");
  }
  for (const field of STRINGS) {
    const value = (body as Record<string, unknown>)[field];
    if (value == null || typeof value === "string") continue;
    return authError(400, "bad_json", `Could not parse request body as JSON: ${field} must be a string`);
  }
  return null;
}

/** A request of the Auth API whose JSON body is an object with strings where strings belong; else a refusal. */
export async function checkBody(request: Request): Promise<Request | Response> {
  if (request.body === null || !request.headers.get("content-type")?.includes("json")) return request;
  const text = await request.text();
  if (text === "") return new Request(request.url, { method: request.method, headers: request.headers });
  return refusal(text) ??
    new Request(request.url, { method: request.method, headers: request.headers, body: text, signal: request.signal });
}
