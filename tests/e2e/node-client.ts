/** Run by Node, not by Deno: publishes one event, hears of it and of another's, tells so and ends. */
import { createClient } from "@supabase/supabase-js";
import process from "node:process";
import { createEventBus } from "../../shared/client/event-bus.ts";

const [url, key, token, organizationId] = process.argv.slice(2) as [string, string, string, string];
// Node has a WebSocket of its own from 22 on.
const transport = globalThis.WebSocket ?? (await import("ws")).WebSocket;
const client = createClient(url, key, { accessToken: () => Promise.resolve(token), realtime: { transport } });
const bus = createEventBus<{ "invoice.paid": { amount: number } }>({ client, organizationId });

const amounts: number[] = [];
const heardBoth = new Promise<void>((resolve) =>
  bus.subscribe("invoice.paid", ({ payload }) => {
    amounts.push(payload.amount);
    if (amounts.length === 2) resolve();
  }).ready.then(async () => {
    const { version } = await bus.publish({ type: "invoice.paid", payload: { amount: 1 } });
    console.log(`published ${version}`);
  })
);
await heardBoth;
console.log(`heard ${amounts} in ${typeof (globalThis as { Deno?: unknown }).Deno === "undefined" ? "Node" : "Deno"}`);
await bus.close();
client.realtime.disconnect();
// Realtime's client waits ten seconds more for an answer to its farewell.
process.exit();
