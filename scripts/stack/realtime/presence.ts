import { type Channels, push } from "./channels.ts";
import type { Channel, Tracked } from "./types.ts";

/** Presence as Phoenix keeps it: for each key the states ("metas") of the clients that share it. */
export type Roster = Record<string, { metas: Record<string, unknown>[] }>;

const meta = (tracked: Tracked) => ({ ...tracked.state, phx_ref: tracked.ref });
const alone = (channel: Channel, tracked: Tracked): Roster => ({
  [channel.presenceKey]: { metas: [meta(tracked)] },
});

/** Everybody who tracks on the channel's topic. */
function roster(channels: Channels, channel: Channel): Roster {
  const all: Roster = {};
  for (const { presenceKey, tracked } of channels.members(channel)) {
    if (tracked) (all[presenceKey] ??= { metas: [] }).metas.push(meta(tracked));
  }
  return all;
}

/** Sends the whole roster to a client that has joined. */
export function pushRoster(channels: Channels, channel: Channel): void {
  const { connection, joinRef, topic } = channel;
  push(connection, { joinRef, topic, event: "presence_state", payload: roster(channels, channel) });
}

/** Starts tracking, or replaces what is tracked. */
export function track(channels: Channels, channel: Channel, state: Record<string, unknown>): void {
  const previous = channel.tracked;
  channel.tracked = { state, ref: crypto.randomUUID().slice(0, 12) };
  channel.presence = true;
  const joins = alone(channel, channel.tracked);
  if (previous) joins[channel.presenceKey]!.metas[0]!.phx_ref_prev = previous.ref;
  tell(channels, channel, joins, previous ? alone(channel, previous) : {});
}

/** Stops tracking. */
export function untrack(channels: Channels, channel: Channel): void {
  const { tracked } = channel;
  if (!tracked) return;
  channel.tracked = undefined;
  tell(channels, channel, {}, alone(channel, tracked));
}

function tell(channels: Channels, about: Channel, joins: Roster, leaves: Roster): void {
  for (const channel of channels.members(about)) {
    if (!channel.presence || (channel.private && !channel.access.read.presence)) continue;
    push(channel.connection, { topic: channel.topic, event: "presence_diff", payload: { joins, leaves } });
  }
}
