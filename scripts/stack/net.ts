import type { Db } from "./db.ts";

export interface NetOptions {
  log(line: string): void;
  /** How often to look for requests on a native server (default 200 ms); PGlite reports them itself. */
  pollMs?: number;
}

/** Sends the requests of the pg_net stand-in. */
export interface NetSender {
  /** Resolves when nothing is queued and nothing is under way. */
  idle(): Promise<void>;
  /** Takes no more requests and lets those under way finish. */
  stop(): Promise<void>;
}

interface QueuedRequest {
  id: string;
  method: string;
  url: string;
  headers: Record<string, string>;
  body: string | null;
  timeout: number;
}

interface Outcome {
  status: number | null;
  contentType: string | null;
  headers: Record<string, string> | null;
  content: string | null;
  timedOut: boolean;
  error: string | null;
}

const POLL_MS = 200;
const BATCH = 200;
const PRUNE_MS = 60_000;
const PRUNE = "delete from net._http_response where created < now() - interval '6 hours'"; // pg_net's own default

const TAKE = `delete from net.http_request_queue
  where id in (select id from net.http_request_queue order by id limit ${BATCH} for update skip locked)
  returning id::text, method, url, headers, convert_from(body, 'UTF8') as body, timeout_milliseconds as timeout`;

const STORE = `insert into net._http_response (id, status_code, content_type, headers, content, timed_out, error_msg)
  values ($1::text::bigint, $2::text::int, $3::text, $4::text::jsonb, $5::text, $6::text::boolean, $7::text)`;

// PGlite only: on a native server NOTIFY would make every sender wait for one lock at commit.
const WAKE = `
create or replace function net._wake() returns trigger
language plpgsql set search_path = ''
as $$ begin perform pg_catalog.pg_notify('net_requests', ''); return null; end $$;
create or replace trigger wake after insert on net.http_request_queue
for each statement execute function net._wake();`;

async function send(request: QueuedRequest): Promise<Outcome> {
  const { url, method, headers, body, timeout } = request;
  const nothing = { status: null, contentType: null, headers: null, content: null };
  try {
    const signal = AbortSignal.timeout(timeout);
    const response = await fetch(url, { method, headers, body, signal });
    return {
      status: response.status,
      contentType: response.headers.get("content-type"),
      headers: Object.fromEntries(response.headers),
      content: (await response.text()).replaceAll("\0", ""),
      timedOut: false,
      error: null,
    };
  } catch (error) {
    if ((error as Error).name === "TimeoutError") {
      return { ...nothing, timedOut: true, error: `Timeout of ${timeout} ms reached` };
    }
    return { ...nothing, timedOut: false, error: (error as Error).message };
  }
}

/**
 * Starts what pg_net's background worker does: it sends what committed in the queue and stores the responses. A request
 * is sent once at most: it leaves the queue before it is sent.
 */
export async function startNet(db: Db, options: NetOptions): Promise<NetSender> {
  const sender = new Sender(db, options);
  await sender.start();
  return sender;
}

class Sender implements NetSender {
  readonly #db: Db;
  readonly #log: NetOptions["log"];
  readonly #pollMs: number;
  readonly #underWay = new Set<Promise<void>>();
  #turn: Promise<void> = Promise.resolve();
  #waiting: Promise<void> | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #unlisten: (() => Promise<void>) | undefined;
  #stopped = false;
  #pruned = Date.now();

  constructor(db: Db, { log, pollMs = POLL_MS }: NetOptions) {
    this.#db = db;
    this.#log = log;
    this.#pollMs = pollMs;
  }

  async start(): Promise<void> {
    if (this.#db.kind === "pglite") {
      await this.#db.exec(WAKE);
      this.#unlisten = await this.#db.listen("net_requests", () => void this.#kick());
    } else this.#poll();
    await this.#kick();
  }

  async idle(): Promise<void> {
    do {
      await this.#kick();
      await Promise.all(this.#underWay);
    } while (this.#underWay.size > 0);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#unlisten?.();
    await this.#turn;
    await Promise.all(this.#underWay);
  }

  #poll(): void {
    this.#timer = setTimeout(async () => {
      await this.#kick();
      if (!this.#stopped) this.#poll();
    }, this.#pollMs);
  }

  /** Empties the queue after whatever is emptying it now; one waiting turn serves all who ask. */
  #kick(): Promise<void> {
    const drain = () => {
      this.#waiting = null;
      return this.#drain();
    };
    return this.#waiting ??= this.#turn = this.#turn
      .then(drain)
      .catch((error) => this.#log(`net: ${(error as Error).message}`));
  }

  async #drain(): Promise<void> {
    let requests: QueuedRequest[];
    do {
      if (this.#stopped) return;
      requests = await this.#db.query<QueuedRequest>(TAKE);
      for (const request of requests) this.#deliver(request);
    } while (requests.length === BATCH);
    if (Date.now() - this.#pruned < PRUNE_MS) return;
    this.#pruned = Date.now();
    await this.#db.query(PRUNE);
  }

  #deliver(request: QueuedRequest): void {
    const work = send(request)
      .then((outcome) => this.#store(request, outcome))
      .catch((error) => this.#log(`net: request ${request.id}: ${(error as Error).message}`))
      .finally(() => this.#underWay.delete(work));
    this.#underWay.add(work);
  }

  async #store(request: QueuedRequest, outcome: Outcome): Promise<void> {
    const { status, contentType, headers, content, timedOut, error } = outcome;
    const answer = [status?.toString() ?? null, contentType, headers && JSON.stringify(headers), content];
    await this.#db.query(STORE, [request.id, ...answer, String(timedOut), error]);
  }
}
