import assert from "node:assert/strict";
import { closeConnections } from "./connections.ts";
import { OutboundError } from "./failure.ts";
import { type OutboundInit, type OutboundOptions, safeFetch } from "./fetch.ts";

/** What tests of outbound calls share: servers on loopback, and names that lead there. */
const file = (name: string) => Deno.readTextFile(new URL(`testdata/${name}.pem`, import.meta.url));
export const [cert, key] = await Promise.all([file("certificate"), file("key")]);

type Reply = (request: Request) => Response | Promise<Response>;

/** Serves a reply on loopback while `use` runs; as https when asked. */
export async function serving(reply: Reply, use: (port: number) => Promise<void>, secure = false): Promise<void> {
  const ending = new AbortController();
  const options = { port: 0, hostname: "127.0.0.1", onListen: () => {}, signal: ending.signal, onError: () => gone() };
  const server = Deno.serve({ ...options, ...(secure ? { cert, key } : {}) }, reply);
  try {
    await use((server.addr as Deno.NetAddr).port);
  } finally {
    await closeConnections();
    ending.abort();
    await server.finished;
  }
}

const gone = () => new Response("gone", { status: 500 });
const loopback = () => Promise.resolve(["127.0.0.1"]);
const local: OutboundOptions = { allowPrivate: ["*"], resolve: loopback };
export const ask = (url: string, options: OutboundOptions = {}, init: OutboundInit = {}) =>
  safeFetch(url, init, { ...local, ...options });
export const fails = (call: Promise<unknown>, code: string) =>
  assert.rejects(call, (failure) => {
    assert.ok(failure instanceof OutboundError, String(failure));
    assert.equal(failure.code, code, failure.message);
    return true;
  });
