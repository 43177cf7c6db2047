import assert from "node:assert/strict";
import { asGuest, asUser, call, clientFor, newClinic, stack } from "./fixture.ts";
import { joinAsGuest, newQueue } from "./queue-fixture.ts";

const clinic = await newClinic();
const staff = asUser(clinic.staff);

interface Heard {
  readonly event: string;
  // deno-lint-ignore no-explicit-any
  readonly payload: any;
}

/** Listens to a topic as a screen without an account does; what it could not join it does not hear. */
async function listen(topic: string) {
  const client = clientFor(stack.publishableKey);
  const heard: Heard[] = [];
  const channel = client.channel(topic, { config: { private: true } }).on(
    "broadcast",
    { event: "*" },
    ({ event, payload }) => {
      heard.push({ event, payload });
    },
  );
  await new Promise<void>((resolve) => channel.subscribe(() => resolve()));
  const until = async (found: (message: Heard) => boolean): Promise<Heard> => {
    for (const deadline = Date.now() + 10_000; Date.now() < deadline;) {
      const message = heard.find(found);
      if (message) return message;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`not heard on ${topic}, only ${heard.map(({ event }) => event).join(", ")}`);
  };
  const close = () => client.removeAllChannels().then(() => client.realtime.disconnect());
  const send = (event: string, payload: Record<string, unknown>) => channel.send({ type: "broadcast", event, payload });
  return { heard, until, close, send };
}

Deno.test({
  name: "queues: a guest follows their place from joining to the call, and the board everyone's",
  sanitizeOps: false,
  sanitizeResources: false,
  fn: async () => {
    const queue = await newQueue(clinic);
    const board = await listen(`queue:${queue.id}`);
    const first = await joinAsGuest(queue, asGuest());
    const second = await joinAsGuest(queue, asGuest());
    const { payload } = await board.until(({ payload }) => payload.waiting === 2);
    assert.deepEqual(payload.line.map(({ label }: { label: string }) => label), [first.label, second.label]);
    assert.deepEqual(Object.keys(payload.line[0]).sort(), ["label", "p50_minutes", "p80_minutes", "position"]);

    const mine = await listen(second.topic);
    const guessed = await listen(`ticket:${second.id}`);
    await call("POST", `/queues/${queue.id}/call-next`, staff, { counter_id: queue.counterId });
    const moved = await mine.until(({ event }) => event === "ticket.position");
    assert.deepEqual([moved.payload.label, moved.payload.position], [second.label, 1]);
    const forger = await listen(`queue:${queue.id}`);
    await forger.send("board", { version: 999, waiting: 99, called: [], line: [] });
    await call("POST", `/tickets/${first.id}/serve`, staff);
    await call("POST", `/tickets/${first.id}/done`, staff);
    await call("POST", `/queues/${queue.id}/call-next`, staff, { counter_id: queue.counterId });
    const called = await mine.until(({ event }) => event === "ticket.called");
    assert.equal(called.payload.counter, "Counter 1");
    await board.until(({ payload }) => payload.called[0]?.label === second.label);
    const versions = board.heard.map(({ payload }) => payload.version);
    assert.deepEqual(versions, versions.toSorted((a, b) => a - b), "boards come in their order");
    assert.ok(!versions.includes(999), "nobody forges a board");
    assert.deepEqual(guessed.heard, [], "the id alone is not enough to listen");
    assert.doesNotMatch(JSON.stringify([board.heard, mine.heard]), /Zebrafinch|\+49/);
    await Promise.all([board, mine, guessed, forger].map((listener) => listener.close()));
  },
});
