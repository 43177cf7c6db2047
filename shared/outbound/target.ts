import { lookup } from "node:dns/promises";
import { isPublicAddress, literalAddress } from "./address.ts";
import { type Allowance, isAllowed } from "./allowance.ts";
import { asOutboundError, OutboundError } from "./failure.ts";

/** All addresses of a name. The system's own way by default: `Deno.resolveDns` does not know /etc/hosts. */
export type Resolver = (hostname: string) => Promise<readonly string[]>;

/** Where a call goes: nothing is looked up again once this is known. */
export interface Target {
  readonly url: URL;
  /** Checked; the connection is made to one of these and to no other. */
  readonly addresses: readonly string[];
}

export const systemResolver: Resolver = async (hostname) => {
  const found = await lookup(hostname, { all: true });
  return found.map(({ address }) => address);
};

const refused = (code: "invalid_url" | "address_refused", message: string) => new OutboundError(code, message);

/**
 * The form of a URL that may be called: https, no credentials, no odd way to write an address, a port of the web.
 *
 * @throws OutboundError `invalid_url`
 */
export function checkUrl(text: string | URL, allowance: Allowance): URL {
  const url = URL.parse(String(text));
  if (!url || !/^https?:$/.test(url.protocol)) throw refused("invalid_url", "This is no https address.");
  if (url.username || url.password) throw refused("invalid_url", "An address must not hold credentials.");
  const allowed = isAllowed(url, allowance);
  if (url.protocol !== "https:" && !allowed) throw refused("invalid_url", "Only https addresses are called.");
  // The parser turns 0x7f.1, 017700000001 and 2130706433 into 127.0.0.1; whoever writes so has something to hide.
  if (/^[\d.]+$/.test(url.hostname) && !String(text).includes(url.hostname)) {
    throw refused("invalid_url", "Write the address in its usual form.");
  }
  const port = Number(url.port || 443);
  if (port < 1024 && ![80, 443].includes(port) && !allowed) {
    throw refused("invalid_url", "No web server is called at this port.");
  }
  return url;
}

/**
 * Resolves a URL's host and checks every address of it: one that is not public is enough to refuse.
 *
 * @throws OutboundError `invalid_url`, `name_not_found`, `address_refused`, `timeout`
 */
export async function resolveTarget(
  text: string | URL,
  allowance: Allowance,
  resolve: Resolver,
  signal?: AbortSignal,
): Promise<Target> {
  const url = checkUrl(text, allowance);
  const literal = literalAddress(url.hostname);
  const addresses = literal ? [literal] : await resolveName(url.hostname, resolve, signal);
  if (!isAllowed(url, allowance) && !addresses.every(isPublicAddress)) {
    throw refused("address_refused", "The address is not on the public internet.");
  }
  return { url, addresses };
}

async function resolveName(hostname: string, resolve: Resolver, signal?: AbortSignal): Promise<readonly string[]> {
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(asOutboundError(signal?.reason));
  signal?.addEventListener("abort", abort, { once: true });
  try {
    signal?.throwIfAborted();
    const found = await Promise.race([resolve(hostname), aborted.promise]);
    if (found.length > 0) return found;
    throw new OutboundError("name_not_found", "The name has no address.");
  } catch (failure) {
    if (failure instanceof OutboundError) throw failure;
    if (signal?.aborted) throw asOutboundError(signal.reason);
    throw new OutboundError("name_not_found", "The name has no address.", failure);
  } finally {
    signal?.removeEventListener("abort", abort);
  }
}
