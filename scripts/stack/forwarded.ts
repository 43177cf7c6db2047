/**
 * The request with its sender's address at the end of `x-forwarded-for`, as hosted's gateway passes it on. Whatever a
 * client wrote there before stays in front, there as here.
 */
export function withForwarded(request: Request, address: string | undefined): Request {
  if (address === undefined) return request;
  const headers = new Headers(request.headers);
  const before = headers.get("x-forwarded-for");
  headers.set("x-forwarded-for", before ? `${before}, ${address}` : address);
  return new Request(request, { headers });
}
