import assert from "node:assert/strict";
import { safeFetch } from "./fetch.ts";
import { ask, cert, fails, serving } from "./testing.ts";

const to = (location: string, status = 302) => new Response(null, { status, headers: { location } });

/** `/to?status&location` redirects there; everything else says what it was sent. */
async function mirror(request: Request): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url);
  if (pathname === "/to") return to(searchParams.get("location")!, Number(searchParams.get("status") ?? 302));
  const sent = ["authorization", "webhook-signature", "content-type", "x-a"].map((name) => request.headers.get(name));
  return Response.json([request.headers.get("host"), request.method, await request.text(), ...sent]);
}

const via = (port: number, location: string, status = 302) =>
  `http://one.test:${port}/to?status=${status}&location=${encodeURIComponent(location)}`;

const headers = { authorization: "Bearer x", "webhook-signature": "v1,x", "content-type": "text/plain", "x-a": "1" };
const post = { method: "POST", body: "hello", headers };

Deno.test("a redirect is an answer, unless it is asked for", () =>
  serving(mirror, async (port) => {
    const answer = await ask(via(port, "/there"));
    assert.deepEqual([answer.status, answer.headers.get("location")], [302, "/there"]);
    await answer.body?.cancel();
  }));

Deno.test("what is followed is asked as browsers do, without credentials for another host", () =>
  serving(mirror, async (port) => {
    const follow = async (location: string, status: number) =>
      await (await ask(via(port, location, status), { maxRedirects: 1 }, post)).json();
    const [one, two] = [`one.test:${port}`, `two.test:${port}`];
    assert.deepEqual(await follow("/x", 307), [one, "POST", "hello", "Bearer x", "v1,x", "text/plain", "1"]);
    assert.deepEqual(await follow("/x", 302), [one, "GET", "", "Bearer x", "v1,x", null, "1"]);
    assert.deepEqual(await follow(`http://${two}/x`, 308), [two, "POST", "hello", null, null, "text/plain", "1"]);
    assert.deepEqual(await follow(`http://${two}/x`, 303), [two, "GET", "", null, null, null, "1"]);
  }));

Deno.test("each hop is checked: none to a private address, to http, without end, or with a stream", () =>
  serving(mirror, async (port) => {
    const allowOne = { allowPrivate: ["one.test"], maxRedirects: 3 };
    for (const location of ["https://127.0.0.1/", "https://[::ffff:10.0.0.1]/", "https://169.254.169.254/latest"]) {
      await fails(ask(via(port, location), allowOne), "address_refused");
    }
    await fails(ask(via(port, "https://two.test/"), allowOne), "address_refused");
    await fails(ask(via(port, "http://8.8.8.8/"), allowOne), "invalid_url");
    await fails(ask(via(port, "file:///etc/passwd"), allowOne), "invalid_url");
    await fails(ask(via(port, via(port, via(port, "/x"))), { maxRedirects: 2 }), "redirect_refused");
    const stream = { method: "POST", body: new Response("hello").body! };
    await fails(ask(via(port, "/x", 307), { maxRedirects: 1 }, stream), "redirect_refused");
  }));

Deno.test("no redirect leads from https to http, allowed or not", () =>
  serving(() => to("http://good.test/"), async (port) => {
    const options = { allowPrivate: ["*"], resolve: () => Promise.resolve(["127.0.0.1"]), ca: cert, maxRedirects: 1 };
    await fails(safeFetch(`https://good.test:${port}`, {}, options), "redirect_refused");
  }, true));
