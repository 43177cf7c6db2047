import ipaddr from "ipaddr.js";

/** Unicast by their range, and yet no public servers: a cloud's own services, reachable from its machines only. */
const inner = new Set(["168.63.129.16"]);

/** `64:ff9b::/96`: the public prefix by which an IPv6-only network reaches IPv4. */
const nat64 = ipaddr.IPv6.parse("64:ff9b::");
const global = ipaddr.IPv6.parse("2000::");

/**
 * Whether an address belongs to the public internet. Loopback, private, link-local (the clouds' metadata), shared,
 * multicast, reserved and documentation ranges do not; nor does an IPv6 address that carries such an IPv4 one, nor one of
 * the ways of transition that nobody is reached by any more (6to4, Teredo).
 */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text) || text.includes("%")) return false;
  const address = ipaddr.parse(text);
  if (address instanceof ipaddr.IPv4) return isPublicV4(address);
  const v6 = address as ipaddr.IPv6;
  if (v6.isIPv4MappedAddress()) return isPublicV4(v6.toIPv4Address());
  if (v6.match(nat64, 96)) return isPublicV4(new ipaddr.IPv4(v6.toByteArray().slice(12)));
  return v6.match(global, 3) && v6.range() === "unicast";
}

const isPublicV4 = (address: ipaddr.IPv4): boolean => address.range() === "unicast" && !inner.has(address.toString());

/** A host of a URL that is an address already, without the brackets; undefined when it is a name. */
export function literalAddress(hostname: string): string | undefined {
  const bare = hostname.replace(/^\[|\]$/g, "");
  return ipaddr.isValid(bare) ? bare : undefined;
}
