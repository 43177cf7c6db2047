import { OutboundError } from "../../../shared/outbound/failure.ts";
import { readSome } from "../../../shared/outbound/body.ts";
import { safeFetch } from "../../../shared/outbound/fetch.ts";
import type { Adapter, Admission } from "./admission.ts";

interface Grant {
  readonly version: number;
  readonly token: string;
  readonly until: number;
}

const grants = new Map<string, Grant>();
const longest = 500;

/** base64 of the text's UTF-8 */
const base64 = (text: string): string => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

/** Puts an adapter's credential on a request, in place of anything a client wrote there. */
export async function signIn(
  { service, adapter }: Admission,
  url: URL,
  headers: Headers,
  signal: AbortSignal,
): Promise<void> {
  if (!adapter) return;
  const { scheme, secret, parameter, username } = adapter;
  switch (scheme) {
    case "bearer":
      return headers.set("authorization", `Bearer ${secret}`);
    case "basic":
      return headers.set("authorization", `Basic ${base64(`${username}:${secret}`)}`);
    case "header":
      return headers.set(parameter!, secret!);
    case "query":
      return url.searchParams.set(parameter!, secret!);
    case "oauth2":
      return headers.set("authorization", `Bearer ${await grantOf(service.id, adapter, signal)}`);
  }
}

/**
 * Takes the credential out of an answer's headers, where a service says again what it was asked: a redirect that keeps the
 * query, a link to the next page.
 */
export function takeOut({ adapter }: Admission, called: URL, headers: Headers): void {
  if (adapter?.scheme !== "query") return;
  const to = URL.parse(headers.get("location") ?? "", called);
  if (headers.has("location") && to?.searchParams.has(adapter.parameter!)) {
    to.searchParams.delete(adapter.parameter!);
    headers.set("location", to.href);
  }
  const written = new URLSearchParams({ k: adapter.secret! }).toString().slice(2);
  const forms = [adapter.secret!, written, encodeURIComponent(adapter.secret!), encodeURI(adapter.secret!)];
  for (const [name, value] of [...headers]) {
    if (forms.some((form) => value.includes(form))) headers.delete(name);
  }
}

/** The token of a service that refused it is not used again. */
export const forgetGrant = (serviceId: string): boolean => grants.delete(serviceId);

/** The operator's word lets an adapter's own host be at a private address, and no other. */
export const allowanceFor = (adapter: Adapter | null, url: URL): { allowPrivate?: string[] } =>
  adapter?.allow_private ? { allowPrivate: [url.host] } : {};

/** A token by the client credentials of the adapter (RFC 6749, 4.4), kept until shortly before its end. */
async function grantOf(serviceId: string, adapter: Adapter, signal: AbortSignal): Promise<string> {
  const kept = grants.get(serviceId);
  if (kept && kept.version === adapter.version && kept.until > Date.now()) return kept.token;
  const url = new URL(adapter.token_url!);
  const body = new URLSearchParams({
    grant_type: "client_credentials",
    ...adapter.scope ? { scope: adapter.scope } : {},
  });
  // RFC 6749, 2.3.1: both parts are form-encoded before they are joined.
  const form = (text: string) => new URLSearchParams({ t: text }).toString().slice(2);
  const answer = await safeFetch(url, {
    method: "POST",
    body: body.toString(),
    signal,
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      accept: "application/json",
      authorization: `Basic ${base64(`${form(adapter.username!)}:${form(adapter.secret!)}`)}`,
    },
  }, { timeoutMs: 10_000, maxBytes: 65_536, ...allowanceFor(adapter, url) });
  const said = await readSome(answer, 65_536);
  const { access_token: token, expires_in = 300 } = parse(said);
  if (!answer.ok || typeof token !== "string") {
    throw new OutboundError("connection_failed", `The token's endpoint answered ${answer.status} without a token.`);
  }
  if (grants.size >= longest) grants.clear();
  grants.set(serviceId, { version: adapter.version, token, until: Date.now() + (Number(expires_in) - 30) * 1_000 });
  return token;
}

function parse(text: string): { access_token?: unknown; expires_in?: unknown } {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}
