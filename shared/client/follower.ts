import { type BusEvent, type CloudEvent, fromCloudEvent, isWanted } from "./events.ts";
import { EventBusError } from "./failure.ts";
import type { TopicListener } from "./topics.ts";

/** Where a subscription keeps its place, so that it goes on after a restart of the page or the process. */
export interface CursorStorage {
  load(): string | null | undefined | Promise<string | null | undefined>;
  save(cursor: string): unknown;
}

export interface Page {
  readonly events: readonly CloudEvent[];
  readonly cursor: string;
  readonly more: boolean;
}

export interface FollowerOptions {
  readonly types: readonly string[];
  readonly cursor: string | undefined;
  readonly storage: CursorStorage | undefined;
  /** Seconds between two looks where every hint comes, and where hints may be lost. */
  readonly pollSeconds: { readonly joined: number; readonly apart: number };
  read(cursor: string | undefined): Promise<Page>;
  listen(listener: TopicListener): Promise<{ readonly topics: readonly string[]; leave(): Promise<void> }>;
  handle(event: BusEvent): unknown;
  onError(error: unknown, event?: BusEvent): void;
}

const remembered = 2000;
const longestWait = 30_000;

/**
 * Follows the log from a cursor. A hint, a new connection and a slow clock only say «look»: what is new is told by the
 * log, so a hint that was lost is made up for, and one that comes twice does nothing.
 */
export class Follower implements TopicListener {
  readonly ready: Promise<void>;
  #options: FollowerOptions;
  #cursor: string | undefined;
  #seen = new Set<string>();
  #looking = false;
  #again = false;
  #closed = false;
  #failures = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #joined = new Set<string>();
  #topics: readonly string[] = [];
  #leave = () => Promise.resolve();

  constructor(options: FollowerOptions) {
    this.#options = options;
    this.ready = this.#start();
    // Whoever waits for it is told; to others onError has been.
    this.ready.catch(() => {});
  }

  get cursor(): string | undefined {
    return this.#cursor;
  }

  hint(type: string): void {
    if (isWanted(type, this.#options.types)) this.look();
  }

  joined(topic: string): void {
    this.#joined.add(topic);
    this.look();
  }

  lost(topic: string): void {
    this.#joined.delete(topic);
    this.#plan();
  }

  /** Reads what is new, now or as soon as the look under way is over. */
  look(): void {
    this.#again = true;
    if (!this.#looking && !this.#closed && this.#cursor !== undefined) this.#drain();
  }

  close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    globalThis.removeEventListener?.("online", this.#online);
    return this.#leave();
  }

  #online = () => this.look();

  async #start(): Promise<void> {
    const { cursor, storage, read, onError, listen } = this.#options;
    globalThis.addEventListener?.("online", this.#online);
    for (;;) {
      try {
        this.#cursor ??= cursor ?? await storage?.load() ?? (await read(undefined)).cursor;
        const { topics, leave } = await listen(this);
        this.#topics = topics;
        this.#leave = leave;
        if (this.#closed) await leave();
        break;
      } catch (error) {
        this.#failures += 1;
        if (this.#failures === 1 || isFinal(error)) onError(error);
        if (this.#closed || isFinal(error)) throw error;
        await new Promise((resolve) => setTimeout(resolve, this.#wait()));
      }
    }
    this.#failures = 0;
    this.look();
  }

  async #drain(): Promise<void> {
    this.#looking = true;
    clearTimeout(this.#timer);
    try {
      while (this.#again && !this.#closed) {
        this.#again = false;
        const page = await this.#options.read(this.#cursor);
        this.#failures = 0;
        for (const event of page.events) await this.#deliver(fromCloudEvent(event));
        if (this.#closed) break;
        await this.#moveTo(page.cursor);
        this.#again ||= page.more;
      }
    } catch (error) {
      await this.#recover(error);
    } finally {
      this.#looking = false;
      this.#plan();
    }
  }

  async #deliver(event: BusEvent): Promise<void> {
    if (this.#closed || this.#seen.has(event.id)) return;
    this.#seen.add(event.id);
    if (this.#seen.size > remembered) this.#seen.delete(this.#seen.values().next().value!);
    try {
      await this.#options.handle(event);
    } catch (error) {
      this.#options.onError(error, event);
    }
  }

  async #moveTo(cursor: string): Promise<void> {
    if (cursor === this.#cursor) return;
    this.#cursor = cursor;
    await this.#options.storage?.save(cursor);
  }

  async #recover(error: unknown): Promise<void> {
    this.#failures += 1;
    if (this.#failures === 1 && !this.#closed) this.#options.onError(error);
    if (!(error instanceof EventBusError) || !["cursor_expired", "invalid_cursor"].includes(error.code)) return;
    // What lies between is gone: whoever hears of it reads the present state.
    const now = await this.#options.read(undefined).catch(() => undefined);
    if (now) this.#cursor = now.cursor;
  }

  #wait(): number {
    return Math.min(longestWait, 500 * 2 ** Math.min(this.#failures, 10)) * (0.5 + Math.random() / 2);
  }

  #plan(): void {
    clearTimeout(this.#timer);
    if (this.#closed || this.#looking || this.#cursor === undefined) return;
    const { joined, apart } = this.#options.pollSeconds;
    const all = this.#topics.length > 0 && this.#topics.every((topic) => this.#joined.has(topic));
    const usual = 1000 * (all ? joined : apart);
    this.#timer = setTimeout(() => this.look(), this.#failures ? this.#wait() : usual);
  }
}

/** Asking again would be answered the same. */
const isFinal = (error: unknown): boolean =>
  error instanceof EventBusError && [400, 401, 403, 404, 422].includes(error.status);
