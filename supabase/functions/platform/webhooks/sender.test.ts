import assert from "node:assert/strict";
import { Webhook } from "standardwebhooks";
import { closeConnections } from "../../../../shared/outbound/mod.ts";
import { serving } from "../../../../shared/outbound/testing.ts";
import { type Message, send, signatureOf, type Target } from "./sender.ts";

const secrets = ["MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "C2FVsBQIhrscChlQIMV+b5sSYspob7oD"].map((key) => `whsec_${key}`);
const message: Message = { id: "0199e2c4", type: "a.b", attempt: 1, body: '{"é":1}' };

/** Sends to a server of one answer; what that got, and how it went. */
async function sent(answer: () => Response, target: Partial<Target> = {}) {
  const requests: { headers: Record<string, string>; body: string }[] = [];
  let outcome: Awaited<ReturnType<typeof send>> | undefined;
  await serving(async (request) => {
    requests.push({ headers: Object.fromEntries(request.headers), body: await request.text() });
    return answer();
  }, async (port) => {
    const to = { url: `http://127.0.0.1:${port}/hook`, timeout_seconds: 1, secrets, ...target };
    outcome = await send(to, message, { allowPrivate: ["127.0.0.1"] });
    await closeConnections();
  });
  return { requests, outcome: outcome! };
}

const answering = (status: number, headers: Record<string, string> = {}) => () =>
  new Response(null, { status, headers });

Deno.test("the signature is the HMAC that the documentation tells to compute", async () => {
  const at = new Date(1_793_871_603_000);
  const keyed = Uint8Array.fromBase64(secrets[0]!.slice("whsec_".length));
  const key = await crypto.subtle.importKey("raw", keyed, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const signed = new TextEncoder().encode(`${message.id}.1793871603.${message.body}`);
  const expected = new Uint8Array(await crypto.subtle.sign("HMAC", key, signed)).toBase64();
  assert.equal(signatureOf(secrets, message, at).split(" ")[0], `v1,${expected}`);
});

Deno.test("each secret verifies what was sent", async () => {
  const { requests, outcome } = await sent(answering(201));
  for (const secret of secrets) new Webhook(secret).verify(requests[0]!.body, requests[0]!.headers);
  assert.deepEqual([outcome.status, outcome.error, outcome.event_id], [201, null, message.id]);
});

Deno.test("Retry-After is read as seconds and as a date, of 429 and 503 alone, and has its bounds", async () => {
  const asked = async (status: number, value: string) => {
    const { outcome } = await sent(answering(status, { "retry-after": value }));
    return outcome.retry_after_seconds;
  };
  assert.equal(await asked(429, "120"), 120);
  assert.equal(await asked(503, "0"), 1);
  assert.equal(await asked(429, "999999999"), 86_400);
  assert.equal(await asked(429, "soon"), null);
  assert.equal(await asked(500, "120"), null);
  assert.equal(await asked(200, "120"), null);
  const inAMinute = await asked(503, new Date(Date.now() + 60_000).toUTCString());
  assert.ok(inAMinute! >= 58 && inAMinute! <= 61, String(inAMinute));
  assert.equal(await asked(503, new Date(Date.now() - 60_000).toUTCString()), 1);
});

Deno.test("what is refused or fails says why, without an answer's content", async () => {
  const { outcome: secret } = await sent(() => new Response("my password is hunter2", { status: 400 }));
  assert.deepEqual([secret.error, secret.status], ["answered 400", 400]);
  const { outcome: refused, requests } = await sent(answering(200), { url: "https://127.0.0.2/" });
  assert.match(refused.error!, /^address_refused: /);
  assert.deepEqual([refused.status, requests.length], [null, 0]);
  const { outcome: slow } = await sent(answering(200), { url: "http://127.0.0.1:9/" });
  assert.match(slow.error!, /^connection_failed: /);
});
