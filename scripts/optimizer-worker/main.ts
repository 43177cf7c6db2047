/**
 * `deno task optimizer [--url URL] [--threads N] [--until-idle]`: works optimization runs unsliced, one a thread, for
 * those who run a process beside the database. It leases runs as the function's workers do, so both may work at once,
 * and what comes of a run is the same. The secret key is read from ALMANAC_JOBS_KEY; the local stack needs none.
 */
import { parseArgs } from "node:util";
import { KEYS } from "../stack/keys.ts";
import { runMain, StackError } from "../stack/errors.ts";
import type { FromThread, ToThread } from "./messages.ts";

interface Settings {
  url: string;
  key: string;
  threads: number;
  untilIdle: boolean;
}

function settingsOf(args: string[]): Settings {
  const { values } = parseArgs({
    args,
    options: {
      url: { type: "string", default: "http://127.0.0.1:54321" },
      threads: { type: "string", default: String(navigator.hardwareConcurrency) },
      "until-idle": { type: "boolean", default: false },
    },
  });
  const threads = Number(values.threads);
  if (!Number.isInteger(threads) || threads < 1 || threads > 64) throw new StackError("--threads is 1 to 64.");
  if (!URL.canParse(values.url)) throw new StackError("--url is the project's address, as https://x.supabase.co.");
  const local = ["127.0.0.1", "localhost"].includes(new URL(values.url).hostname);
  const key = Deno.env.get("ALMANAC_JOBS_KEY") ?? (local ? KEYS.jobs : undefined);
  if (!key) throw new StackError("Put a secret key of the project into ALMANAC_JOBS_KEY.");
  return { url: values.url, key, threads, untilIdle: values["until-idle"] };
}

/** One thread, until it is stopped or, if wished, has nothing to do. Says each end of a run. */
function startThread({ url, key, untilIdle }: Settings) {
  const worker = new Worker(new URL("./thread.ts", import.meta.url), { type: "module" });
  const ended = Promise.withResolvers<void>();
  const send = (message: ToThread) => worker.postMessage(message);
  worker.onmessage = ({ data }: MessageEvent<FromThread>) => {
    if (data.type === "outcome") return console.log(`${new Date().toISOString()} a run: ${data.outcome}`);
    if (data.type === "trouble") return console.error(`${new Date().toISOString()} ${data.message}`);
    worker.terminate();
    ended.resolve();
  };
  worker.onerror = (event) => {
    event.preventDefault();
    ended.reject(new Error(event.message));
  };
  send({ type: "start", url, key, untilIdle });
  return { ended: ended.promise, stop: () => send({ type: "stop" }) };
}

await runMain(async () => {
  const settings = settingsOf(Deno.args);
  const threads = Array.from({ length: settings.threads }, () => startThread(settings));
  // What is under way is saved and given back: whoever comes next goes on from there.
  const stop = () => threads.forEach((thread) => thread.stop());
  for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(signal, stop);
  console.log(`${settings.threads} threads work the runs of ${settings.url}.`);
  await Promise.all(threads.map(({ ended }) => ended));
  Deno.exit(0);
});
