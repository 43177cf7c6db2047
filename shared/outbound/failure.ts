/** Why a call to the outside was refused or failed. */
export type OutboundCode =
  /** No https address, or one with credentials, an odd literal or a port that no web server has. */
  | "invalid_url"
  /** The name leads, or one of its addresses does, to somewhere that is not the public internet. */
  | "address_refused"
  | "name_not_found"
  | "connection_failed"
  | "certificate_refused"
  | "timeout"
  /** The body went on beyond what was asked for. */
  | "too_large"
  /** More redirects than allowed, or one from https to http. */
  | "redirect_refused";

/** A call to the outside that was refused before it was made, or that failed without an answer. */
export class OutboundError extends Error {
  readonly code: OutboundCode;

  constructor(code: OutboundCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = "OutboundError";
    this.code = code;
  }
}

const certificateCodes =
  /CERT|SELF_SIGNED|ALTNAME|UNABLE_TO_VERIFY|UnknownIssuer|NotValidForName|invalid peer certificate/i;

/** What a client library threw, as one of ours. */
export function asOutboundError(failure: unknown): OutboundError {
  if (failure instanceof OutboundError) return failure;
  const { name, code, message, cause } = failure as { name?: string; code?: string; message?: string; cause?: unknown };
  if (cause instanceof OutboundError) return cause;
  const said = `${code ?? ""} ${message ?? ""}`;
  if (name === "TimeoutError" || /TIMEOUT|timed out/i.test(said)) {
    return new OutboundError("timeout", "It did not answer in time.", failure);
  }
  if (certificateCodes.test(said)) {
    return new OutboundError("certificate_refused", "Its certificate is not valid for the name.", failure);
  }
  return new OutboundError("connection_failed", `The connection failed (${code ?? name ?? "unknown"}).`, failure);
}
