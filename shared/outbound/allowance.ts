/**
 * Hosts that the operator lets be called at private addresses and over plain http: names or addresses as they stand in a
 * URL, with or without a port, `*` for all. From `OUTBOUND_ALLOW_PRIVATE`, separated by commas; none when it is not set.
 */
export type Allowance = readonly string[];

export const parseAllowance = (text: string | undefined): Allowance =>
  (text ?? "").split(",").map((host) => host.trim().toLowerCase()).filter(Boolean);

/** The operator's, read from the environment. */
export const operatorAllowance = (): Allowance => parseAllowance(Deno.env.get("OUTBOUND_ALLOW_PRIVATE"));

export const isAllowed = (url: URL, allowance: Allowance): boolean =>
  allowance.some((host) => host === "*" || host === url.hostname || host === url.host);
