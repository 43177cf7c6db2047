import assert from "node:assert/strict";
import type { BusEvent, CloudEvent } from "./events.ts";
import { EventBusError } from "./failure.ts";
import { Follower, type FollowerOptions } from "./follower.ts";

const cloudEvent = (id: string): CloudEvent => ({
  id,
  source: "/organizations/o",
  type: "invoice.paid",
  time: "2027-03-01T09:00:00Z",
  dataschema: "urn:almanac:event:invoice.paid:3",
  data: { id },
  aggregatetype: "invoice",
  aggregateid: "a",
  aggregateversion: 1,
  actorkind: "system",
  correlationid: id,
});

/** A log whose cursor is the number of events read. */
class Log {
  events: CloudEvent[] = [];
  failing: unknown[] = [];
  reads = 0;

  append(...ids: string[]) {
    this.events.push(...ids.map(cloudEvent));
  }

  read = (cursor: string | undefined) => {
    this.reads += 1;
    if (this.failing.length) return Promise.reject(this.failing.shift());
    const from = cursor === undefined ? this.events.length : Number(cursor);
    const events = cursor === undefined ? [] : this.events.slice(from, from + 2);
    return Promise.resolve({ events, cursor: `${from + events.length}`, more: events.length === 2 });
  };
}

async function following(
  more: Partial<FollowerOptions>,
  use: (log: Log, heard: string[], errors: unknown[], follower: Follower) => Promise<void>,
) {
  const [log, heard, errors] = [new Log(), [] as string[], [] as unknown[]];
  log.append("before");
  const follower: Follower = new Follower({
    types: ["invoice.*"],
    cursor: undefined,
    storage: undefined,
    pollSeconds: { joined: 1000, apart: 1000 },
    read: log.read,
    listen: (listener) => {
      listener.joined("topic");
      return Promise.resolve({ topics: ["topic"], leave: () => Promise.resolve() });
    },
    handle: ({ id }: BusEvent) => heard.push(id),
    onError: (error) => errors.push(error),
    ...more,
  });
  await follower.ready;
  await settled();
  try {
    await use(log, heard, errors, follower);
  } finally {
    await follower.close();
  }
}

const settled = (milliseconds = 20) => new Promise((resolve) => setTimeout(resolve, milliseconds));

Deno.test("a hint wakes the follower, which reads page after page", () =>
  following({}, async (log, heard, _, follower) => {
    log.append("1", "2", "3", "4", "5");
    follower.hint("appointment.booked");
    await settled();
    assert.deepEqual(heard, [], "a hint of what is not wanted");
    follower.hint("invoice.paid");
    follower.hint("invoice.paid");
    await settled();
    assert.deepEqual(heard, ["1", "2", "3", "4", "5"]);
    assert.equal(follower.cursor, "6");
  }));

Deno.test("an event that is read twice is handled once", () =>
  following({}, async (log, heard, _, follower) => {
    log.append("1", "1", "2", "1");
    follower.look();
    await settled();
    assert.deepEqual(heard, ["1", "2"]);
  }));

Deno.test("hints that are lost are made up for by the clock, sooner where no topic is joined", async () => {
  await following({ pollSeconds: { joined: 0.02, apart: 1000 } }, async (log, heard) => {
    log.append("1");
    await settled(80);
    assert.deepEqual(heard, ["1"]);
  });
  await following({ pollSeconds: { joined: 1000, apart: 0.02 } }, async (log, heard, _, follower) => {
    log.append("1");
    await settled(80);
    assert.deepEqual(heard, [], "joined: the hints do");
    follower.lost("topic");
    await settled(80);
    assert.deepEqual(heard, ["1"]);
  });
});

Deno.test("events are handled one after another, and none after the end", () => {
  const order: string[] = [];
  const handle = async ({ id }: BusEvent) => {
    order.push(`${id} begins`);
    await settled(30);
    order.push(`${id} ends`);
  };
  return following({ handle }, async (log, _, __, follower) => {
    log.append("1", "2", "3");
    follower.look();
    await settled(40);
    await follower.close();
    await settled(80);
    assert.deepEqual(order, ["1 begins", "1 ends", "2 begins", "2 ends"]);
  });
});

Deno.test("a log out of reach is asked again, and told of once", () =>
  following({}, async (log, heard, errors, follower) => {
    log.failing = [new EventBusError("unreachable", 0, "down"), new EventBusError("unreachable", 0, "down")];
    log.append("1");
    follower.look();
    await settled(3_000);
    assert.deepEqual([heard, errors.length, log.failing], [["1"], 1, []]);
  }));

Deno.test("a cursor that is too old is told of, and the follower goes on from now", () =>
  following({}, async (log, heard, errors, follower) => {
    log.failing = [new EventBusError("cursor_expired", 410, "too old")];
    log.append("1");
    follower.look();
    await settled(1_500);
    log.append("2");
    follower.look();
    await settled();
    assert.deepEqual([heard, errors.map((error) => (error as EventBusError).code)], [["2"], ["cursor_expired"]]);
  }));
