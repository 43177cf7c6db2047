import type { Keys } from "../keys.ts";
import { json } from "./answers.ts";

const BROWSER = /^\s*Mozilla\s*\/\s*5\s*\.\s*0/i;

/**
 * The answer to a browser that sends a secret key, as hosted's gateway gives it. Here it also keeps a web page from
 * reaching a developer's stack, whose keys are no secret.
 */
export function refuseSecretInBrowser(request: Request, keys: Pick<Keys, "secret" | "jobs">): Response | null {
  if (!BROWSER.test(request.headers.get("user-agent") ?? "")) return null;
  const key = request.headers.get("apikey") ?? new URL(request.url).searchParams.get("apikey");
  if (key !== keys.secret && key !== keys.jobs) return null;
  return json({ message: "Forbidden use of secret API key in browser" }, 401, {
    "sb-error-code": "UNAUTHORIZED_INVALID_API_KEY_TYPE",
  });
}
