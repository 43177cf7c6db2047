import { cpuUsage } from "node:process";
import type { Caller } from "../../shared/http/auth.ts";
import { stagePart } from "../../supabase/functions/scheduling/imports/stage.ts";
import { withTestDatabase } from "../testing/database.ts";
import { withStack } from "../testing/stack.ts";
import { gamesFile, gamesStream, newOffice, type Office } from "./bulk-office.ts";
import type { Context, Figure, Row } from "./figure.ts";

/** What others claim, records an hour. */
const bar = 1_400_000;
/** A hosted function has this much CPU a request, and this much memory. */
const cpuSeconds = 2;
const memory = 256 * 1024 * 1024;

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
const megabytes = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(0)} MB`;

/** What reading a file costs the function by itself: the client sends nothing, but makes what would be sent. */
async function readingOf(rows: number): Promise<{ cpu: number; heap: number }> {
  let heap = 0;
  const client = {
    rpc: (_name: string, body: unknown) => {
      JSON.stringify(body);
      heap = Math.max(heap, Deno.memoryUsage().heapUsed);
      return Promise.resolve({ data: 0, error: null, status: 200 });
    },
  } as unknown as Caller["client"];
  const before = cpuUsage();
  await stagePart(client, crypto.randomUUID(), 1, "games", {
    body: gamesStream(rows),
    contentType: "text/csv",
    format: undefined,
  });
  const { user, system } = cpuUsage(before);
  // Making the file is not the function's work.
  const making = cpuUsage();
  for await (const _ of gamesStream(rows));
  const { user: made, system: madeToo } = cpuUsage(making);
  return { cpu: (user + system - made - madeToo) / 1e6, heap };
}

/** Peak memory of the processes that this one has started. */
async function peakOfChildren(): Promise<number> {
  const pids = (await Deno.readTextFile(`/proc/${Deno.pid}/task/${Deno.pid}/children`).catch(() => "")).trim().split(
    " ",
  );
  const peaks = await Promise.all(
    pids.filter(Boolean).map(async (pid) => {
      const status = await Deno.readTextFile(`/proc/${pid}/status`).catch(() => "");
      return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024;
    }),
  );
  return Math.max(0, ...peaks);
}

async function upload(office: Office, rows: number, perPart: number): Promise<string> {
  const query = new URLSearchParams({
    organization_id: office.organizationId,
    what: "games",
    schedule_id: office.scheduleId,
  });
  const { id } = await office.send("POST", `/imports?${query}`);
  const parts = Array.from({ length: Math.ceil(rows / perPart) }, (_, n) => n);
  // Two at once, as browsers do: one is read while the other is stored.
  await Promise.all([0, 1].map(async () => {
    for (let part = parts.shift(); part !== undefined; part = parts.shift()) {
      const file = gamesFile(part * perPart, Math.min(rows, (part + 1) * perPart));
      await office.send("PUT", `/imports/${id}/parts/${part + 1}`, file);
    }
  }));
  return String(id);
}

async function applied(office: Office, id: string): Promise<void> {
  let answer = await office.send("POST", `/imports/${id}/apply`);
  while (answer.status === "queued") {
    await new Promise((done) => setTimeout(done, 500));
    answer = await office.send("GET", `/imports/${id}`);
  }
  if (answer.status !== "applied") throw new Error(`the import is ${answer.status}: ${answer.failure}`);
}

async function load(url: string, rows: number): Promise<Row[]> {
  const office = await newOffice(url);
  const start = performance.now();
  const id = await upload(office, rows, 50_000);
  const staged = performance.now();
  await applied(office, id);
  const end = performance.now();
  const hourly = rows / (end - start) * 3_600_000;
  return [
    {
      figure: `${rows.toLocaleString("en")} games by parts of 50,000: an hour`,
      bar: `${bar.toLocaleString("en")}`,
      measured: `${Math.round(hourly).toLocaleString("en")} (upload ${seconds(staged - start)}, check and apply ${
        seconds(end - staged)
      })`,
      met: hourly > bar,
    },
    { figure: "peak of the whole stack's process meanwhile", measured: megabytes(await peakOfChildren()) },
  ];
}

async function measure({ server, quick }: Context): Promise<Row[]> {
  const rows = quick ? 100_000 : 1_000_000;
  const part = await readingOf(50_000);
  const whole = await readingOf(rows);
  const loaded = await withTestDatabase(server, (database) => withStack(database, ({ url }) => load(url, rows)));
  return [
    ...loaded,
    {
      figure: "CPU of the function for a part of 50,000 rows",
      bar: `${cpuSeconds} s`,
      measured: `${part.cpu.toFixed(2)} s`,
      met: part.cpu < cpuSeconds,
    },
    {
      figure: `heap of the function, ${rows.toLocaleString("en")} rows in one request (${
        whole.cpu.toFixed(1)
      } s of CPU)`,
      bar: megabytes(memory),
      measured: megabytes(whole.heap),
      met: whole.heap < memory,
    },
  ];
}

export const bulk: Figure = { name: "bulk", about: "a million games imported", run: measure };
