export { createRealtime, type Realtime, type RealtimeOptions } from "./gateway.ts";
export { installFeed } from "./feed.ts";
