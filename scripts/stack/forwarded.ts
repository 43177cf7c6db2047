/**
 * The request with its sender's address at the end of `x-forwarded-for` and in `cf-connecting-ip`, as hosted's edge passes
 * it on. Whatever a client wrote before stays in front in the first and is gone from the second, there as here.
 */
export function withForwarded(request: Request, address: string | undefined): Request {
  if (address === undefined) return request;
  const headers = new Headers(request.headers);
  const before = headers.get("x-forwarded-for");
  headers.set("x-forwarded-for", before ? `${before}, ${address}` : address);
  headers.set("cf-connecting-ip", address);
  return new Request(request, { headers });
}
