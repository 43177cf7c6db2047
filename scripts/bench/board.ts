import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { KEYS } from "../stack/keys.ts";
import { withTestDatabase } from "../testing/database.ts";
import { withStack } from "../testing/stack.ts";
import { type Context, type Figure, quantile, type Row } from "./figure.ts";

const subscribers = 200;
/** Tickets in line while joins are timed. */
const length = 20;

interface Desk {
  readonly queue: string;
  send(method: string, path: string, body?: unknown): Promise<{ id: string; label: string }>;
}

const clientOf = (url: string): SupabaseClient =>
  createClient(url, KEYS.publishable, { auth: { persistSession: false, autoRefreshToken: false } });

/** Signs in as the owner of the seed's clinic and makes a queue with two open counters. */
async function openDesk(url: string): Promise<Desk> {
  const client = clientOf(url);
  const credentials = { email: "owner@riverside.test", password: "almanac-demo" };
  const { data } = await client.auth.signInWithPassword(credentials);
  const headers = {
    apikey: KEYS.publishable,
    authorization: `Bearer ${data.session!.access_token}`,
    "content-type": "application/json",
  };
  const send = async (method: string, path: string, body: unknown = {}) => {
    const sent = method === "GET" ? undefined : JSON.stringify(body);
    const response = await fetch(`${url}/functions/v1/appointments${path}`, { method, headers, body: sent });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return JSON.parse(text);
  };
  const { data: organizations } = await client.from("organizations").select("id").eq("slug", "riverside-clinic");
  const organization_id = organizations![0]!.id;
  const { id: queue } = await send("POST", "/queues", { organization_id, name: "Walk-in", prefix: "W" });
  await send("POST", `/queues/${queue}/types`, { name: "General" });
  for (const name of ["Counter 1", "Counter 2"]) {
    const { id: counter_id } = await send("POST", `/queues/${queue}/counters`, { name });
    await send("POST", "/queue/update", { queue_id: queue, action: "open_counter", counter_id });
    await send("POST", `/queues/${queue}/join`);
    await send("POST", `/queues/${queue}/call-next`, { counter_id });
  }
  for (let n = 0; n < length; n++) await send("POST", `/queues/${queue}/join`);
  return { queue, send };
}

/** Clients that listen to the board, each over a socket of its own. */
class Audience {
  readonly #clients: SupabaseClient[] = [];
  #seen: (label: string) => void = () => {};

  async gather(url: string, queue: string): Promise<void> {
    for (let n = 0; n < subscribers; n++) {
      const client = clientOf(url);
      this.#clients.push(client);
      await new Promise<void>((resolve, reject) => {
        client.channel(`queue:${queue}`, { config: { private: true } }).on(
          "broadcast",
          { event: "board" },
          ({ payload }) => {
            this.#seen(payload.line.at(-1)?.label);
          },
        ).subscribe((status, error) => status === "SUBSCRIBED" ? resolve() : error && reject(error));
      });
    }
  }

  /** When the first, and when the last of them has a board that ends with the label that is asked for when known. */
  watch(label: Promise<string>): Promise<{ one: number; all: number }> {
    const seen = new Map<string, number[]>();
    return new Promise((resolve) => {
      let wanted: string | undefined;
      const check = () => {
        const times = wanted === undefined ? undefined : seen.get(wanted);
        if (times?.length === subscribers) resolve({ one: times[Math.floor(subscribers / 2)]!, all: times.at(-1)! });
      };
      this.#seen = (last) => {
        seen.set(last, [...seen.get(last) ?? [], performance.now()]);
        check();
      };
      label.then((known) => {
        wanted = known;
        check();
      });
    });
  }

  async leave(): Promise<void> {
    await Promise.all(
      this.#clients.map((client) => client.removeAllChannels().then(() => client.realtime.disconnect())),
    );
  }
}

async function rowsOf(url: string, engine: string, rounds: number): Promise<Row[]> {
  const { queue, send } = await openDesk(url);
  const audience = new Audience();
  await audience.gather(url, queue);
  const [answers, ones, alls]: number[][] = [[], [], []];
  for (let round = -5; round < rounds; round++) {
    const start = performance.now();
    const joining = send("POST", `/queues/${queue}/join`);
    const watched = audience.watch(joining.then(({ label }) => label));
    const { id } = await joining;
    const answered = performance.now();
    const { one, all } = await watched;
    await send("POST", `/tickets/${id}/leave`);
    if (round < 0) continue; // the first rounds start workers and fill caches
    answers!.push(answered - start);
    ones!.push(one - start);
    alls!.push(all - start);
  }
  await audience.leave();
  const said = (times: number[]) =>
    `p50 ${quantile(times, 0.5).toFixed(0)} ms, p95 ${quantile(times, 0.95).toFixed(0)} ms`;
  const of = `${engine}, ${length} in line, ${subscribers} subscribers`;
  return [
    { figure: `${of}: join answered`, measured: said(answers!) },
    { figure: `${of}: join to board seen, half of them`, measured: said(ones!) },
    { figure: `${of}: join to board seen, the last of them`, measured: said(alls!) },
  ];
}

async function measure({ server, quick }: Context): Promise<Row[]> {
  const rounds = quick ? 10 : 100;
  const embedded = await withStack(undefined, ({ url }) => rowsOf(url, "embedded", rounds));
  const native = await withTestDatabase(
    server,
    (database) => withStack(database, ({ url }) => rowsOf(url, "native", rounds)),
  );
  return [...embedded, ...native];
}

export const board: Figure = { name: "board", about: "from joining a queue to everyone's board", run: measure };
