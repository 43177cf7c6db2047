import assert from "node:assert/strict";
import { KEYS } from "../keys.ts";
import { openPlatform } from "../platform-testing.ts";
import { decodeFrame, type Frame } from "./frames.ts";
import { createRealtime } from "./mod.ts";

/** A client that speaks the wire format itself, to say what supabase-js never would. */
class Client {
  readonly #socket: WebSocket;
  readonly frames: Frame[] = [];

  constructor(url: string) {
    this.#socket = new WebSocket(url);
    this.#socket.binaryType = "arraybuffer";
    this.#socket.onmessage = ({ data }) => {
      if (typeof data === "string") this.frames.push(decodeFrame(data));
    };
  }

  opened(): Promise<boolean> {
    return new Promise((resolve) => {
      this.#socket.onopen = () => resolve(true);
      this.#socket.onerror = () => resolve(false);
    });
  }

  send(data: string | Uint8Array<ArrayBuffer>): void {
    this.#socket.send(data);
  }

  /** Pushes one frame and resolves with the reply to it. */
  async push(topic: string, event: string, payload: unknown): Promise<Record<string, unknown>> {
    const ref = crypto.randomUUID();
    this.send(JSON.stringify(["j", ref, topic, event, payload]));
    const frame = await this.next((frame) => frame.event === "phx_reply" && frame.ref === ref);
    const { status, response } = frame.payload as { status: string; response: { reason?: string } };
    return response.reason === undefined ? { status } : { status, reason: response.reason };
  }

  async next(wanted: (frame: Frame) => boolean): Promise<Frame> {
    const deadline = Date.now() + 10_000;
    for (;;) {
      const found = this.frames.find(wanted);
      if (found) return found;
      assert.ok(Date.now() < deadline, `no such frame in ${JSON.stringify(this.frames)}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#socket.onclose = () => resolve();
      this.#socket.close();
    });
  }
}

const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;

const TOKENS: Record<string, Record<string, unknown>> = {
  "long.lived.token": { role: "authenticated", exp: inSeconds(3600) },
  "roleless.user.token": { exp: inSeconds(3600) },
};

Deno.test("what a socket may say", { sanitizeExit: false }, async (test) => {
  await using platform = await openPlatform();
  const lines: string[] = [];
  const realtime = await createRealtime(platform.db, {
    keys: KEYS,
    log: (line) => lines.push(line),
    verify: (token) => {
      if (token === "brief.user.token") return Promise.resolve({ role: "authenticated", exp: inSeconds(1) });
      const claims = TOKENS[token];
      return claims ? Promise.resolve(claims) : Promise.reject(new Error("forged"));
    },
  });
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => realtime.handle(request));
  const url = `ws://127.0.0.1:${server.addr.port}/realtime/v1/websocket?vsn=2.0.0`;
  const client = new Client(`${url}&apikey=${KEYS.publishable}`);
  assert.equal(await client.opened(), true);

  await test.step("no key and a user token for a key do not get in", async () => {
    assert.equal(await new Client(url).opened(), false);
    assert.equal(await new Client(`${url}&apikey=long.lived.token`).opened(), false);
  });

  await test.step("the heart beats, and nonsense does not stop it", async () => {
    for (const data of ["{", "[]", "[1,2,3,4,5]", '{"topic":1}', new Uint8Array(), Uint8Array.of(3, 255, 255)]) {
      client.send(data);
    }
    assert.deepEqual(await client.push("phoenix", "heartbeat", {}), { status: "ok" });
    assert.equal(lines.splice(0).length, 6);
    const unmatched = await client.push("realtime:nowhere", "broadcast", {});
    assert.deepEqual(unmatched, { status: "error", reason: "unmatched topic" });
  });

  await test.step("a join says why it is refused", async () => {
    const join = async (payload: unknown, topic = "realtime:a") =>
      (await client.push(topic, "phx_join", payload)).reason;
    assert.match(`${await join({}, "realtime:")}`, /^TopicNameRequired/);
    assert.match(`${await join({}, "other:a")}`, /^TopicNameRequired/);
    assert.match(`${await join({ access_token: "a.forged.token" })}`, /^JwtSignatureError/);
    assert.match(`${await join({ access_token: "roleless.user.token" })}`, /^InvalidJWTToken/);
    assert.match(`${await join({ config: { private: true } })}`, /^Unauthorized/);
    assert.match(`${await join({ config: { broadcast: { replay: { since: 0 } } } })}`, /^UnableToReplayMessages/);
    for (const payload of [null, 5, [], { config: 5 }, { config: { postgres_changes: 5 } }, { access_token: 5 }]) {
      assert.equal(await join(payload), undefined, JSON.stringify(payload));
    }
    assert.deepEqual(lines, []);
  });

  await test.step("changes of tables are named as what this stack has not", async () => {
    const wanted = [{ event: "*", schema: "public", table: "x" }];
    await client.push("realtime:changes", "phx_join", { config: { postgres_changes: wanted } });
    const { payload } = await client.next(({ topic, event }) => topic === "realtime:changes" && event === "system");
    assert.deepEqual({ ...payload as object }, {
      channel: "changes",
      extension: "postgres_changes",
      message: "postgres_changes is not available in the embedded stack; use Broadcast",
      status: "error",
    });
  });

  await test.step("a channel ends when its token does", async () => {
    await client.push("realtime:brief", "phx_join", { access_token: "brief.user.token" });
    const { payload } = await client.next(({ topic, event }) => topic === "realtime:brief" && event === "system");
    assert.equal((payload as { message: string }).message, "Token has expired");
    await client.next(({ topic, event }) => topic === "realtime:brief" && event === "phx_close");
    assert.equal((await client.push("realtime:brief", "broadcast", {})).reason, "unmatched topic");
  });

  await test.step("a broadcast has a size, a socket a number of channels", async () => {
    await client.push("realtime:big", "phx_join", { config: { broadcast: { ack: true } } });
    const send = (size: number) =>
      client.push("realtime:big", "broadcast", { type: "broadcast", event: "e", payload: { text: "x".repeat(size) } });
    assert.deepEqual(await send(200 * 1024), { status: "ok" });
    assert.deepEqual(await send(300 * 1024), { status: "error" });
    const joins = Array.from({ length: 100 }, (_, n) => client.push(`realtime:n${n}`, "phx_join", {}));
    const refused = (await Promise.all(joins)).filter(({ reason }) =>
      `${reason}`.startsWith("ChannelRateLimitReached")
    );
    assert.equal(refused.length, 3, "beside a, changes and big there is room for 97");
  });

  await client.close();
  await realtime.stop();
  await server.shutdown();
});
