import { createClient } from "@supabase/supabase-js";
import type { Database } from "../../shared/db/types.ts";
import { runBackend } from "../../shared/scheduling/runs.ts";
import { type Outcome, workSlice } from "../../shared/scheduling/slice.ts";
import type { FromThread, ToThread } from "./messages.ts";

declare const self: { onmessage: (event: MessageEvent<ToThread>) => void; postMessage(message: FromThread): void };

const stopped = new AbortController();

self.onmessage = ({ data }) => {
  if (data.type === "stop") return stopped.abort();
  work(data).finally(() => self.postMessage({ type: "ended" }));
};

async function work({ url, key, untilIdle }: Extract<ToThread, { type: "start" }>): Promise<void> {
  const client = createClient<Database>(url, key, { auth: { persistSession: false, autoRefreshToken: false } });
  const backend = runBackend(client);
  // Saved every two seconds, under a lease of thirty: nothing is lost but these when the process dies.
  const terms = { unsliced: true, milliseconds: 2_000, breathe: 100, leaseSeconds: 30, signal: stopped.signal };
  while (!stopped.signal.aborted) {
    const outcome = await workSlice(backend, terms).catch(trouble);
    if (outcome === "idle" && untilIdle) return;
    if (outcome === "idle" || outcome === "trouble") await rest(outcome === "idle" ? 500 : 5_000);
    else self.postMessage({ type: "outcome", outcome });
  }
}

/** The database is out of reach, or in the middle of being changed: it will be back. */
function trouble(failure: unknown): Outcome | "trouble" {
  self.postMessage({ type: "trouble", message: failure instanceof Error ? failure.message : String(failure) });
  return "trouble";
}

function rest(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    stopped.signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    }, { once: true });
  });
}
