import { StackError } from "./errors.ts";

export type Handler = (request: Request, info: Deno.ServeHandlerInfo) => Response | Promise<Response>;

/** A port that is taken before there is anything to serve on it. */
export interface Listener {
  readonly port: number;
  /** Answers requests from now on; until then they are told to come back. */
  use(handler: Handler): void;
  close(): Promise<void>;
}

/**
 * Takes a port of the loopback interface.
 *
 * @param port - 0 for any free one
 * @throws StackError when it is taken.
 */
export function takePort(port: number): Listener {
  let handler: Handler = () =>
    Response.json({ message: "The stack is starting." }, { status: 503, headers: { "retry-after": "1" } });
  let closed: Promise<void> | undefined;
  const server = serve(port, (request, info) => handler(request, info));
  return {
    port: server.addr.port,
    use: (ready) => void (handler = ready),
    close: () => closed ??= server.shutdown(),
  };
}

function serve(port: number, handler: Handler): Deno.HttpServer<Deno.NetAddr> {
  try {
    return Deno.serve({ port, hostname: "127.0.0.1", onListen: () => {} }, handler);
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    throw new StackError(`port ${port} is taken: stop what uses it, or choose another one with --port <number>.`);
  }
}
