import type { RealtimeChannel, SupabaseClient } from "@supabase/supabase-js";

export interface TopicListener {
  /** A hint: an event of this type was committed. */
  hint(type: string): void;
  /** The topic was joined, for the first time or again: hints may have been missed before. */
  joined(topic: string): void;
  /** It was refused or lost; it is tried again. */
  lost(topic: string): void;
}

interface Topic {
  readonly channel: RealtimeChannel;
  readonly listeners: Set<TopicListener>;
  /** Joined by someone else, who leaves it too. */
  readonly foreign: boolean;
  joined: boolean;
  /** Once it is known whether it may be joined. */
  readonly settled: Promise<void>;
}

const patience = 5_000;

/** A client has one channel a topic: all buses and subscriptions of it share them. */
const topicsOf = new WeakMap<SupabaseClient, Map<string, Topic>>();

/** Listens to the hints of private topics, once it is known which may be joined; returns how to stop. */
export async function listen(
  client: SupabaseClient,
  names: readonly string[],
  listener: TopicListener,
): Promise<() => Promise<void>> {
  const leave = names.map((name) => listenTo(client, name, listener));
  await Promise.all(names.map((name) => topicsOf.get(client)?.get(name)?.settled));
  return async () => void await Promise.all(leave.map((one) => one()));
}

function listenTo(client: SupabaseClient, name: string, listener: TopicListener): () => Promise<unknown> {
  const topics = topicsOf.get(client) ?? new Map<string, Topic>();
  topicsOf.set(client, topics);
  const topic = topics.get(name) ?? join(client, name);
  topics.set(name, topic);
  topic.listeners.add(listener);
  if (topic.joined) listener.joined(name);
  return async () => {
    topic.listeners.delete(listener);
    if (topic.listeners.size > 0 || topics.get(name) !== topic) return;
    topics.delete(name);
    if (!topic.foreign) await client.removeChannel(topic.channel);
  };
}

function join(client: SupabaseClient, name: string): Topic {
  const channel = client.channel(name, { config: { private: true } });
  const listeners = new Set<TopicListener>();
  const foreign = channel.state !== "closed";
  let resolve = () => {};
  const settled = new Promise<void>((done) => resolve = done);
  const topic: Topic = { channel, listeners, foreign, joined: foreign && channel.state === "joined", settled };
  channel.on("broadcast", { event: "*" }, ({ event }) => listeners.forEach((listener) => listener.hint(event)));
  if (foreign) {
    resolve();
    return topic;
  }
  const timer = setTimeout(resolve, patience);
  channel.subscribe((status) => {
    topic.joined = status === "SUBSCRIBED";
    listeners.forEach((listener) => topic.joined ? listener.joined(name) : listener.lost(name));
    clearTimeout(timer);
    resolve();
  });
  return topic;
}
