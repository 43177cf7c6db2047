import { Webhook } from "standardwebhooks";
import { answerOf } from "../../shared/db/answer.ts";
import { asUser, callPlatform, newUser, type User } from "./fixture.ts";

/** What a receiver was sent, as it came. */
export interface Received {
  readonly id: string;
  readonly at: number;
  readonly headers: Record<string, string>;
  readonly body: string;
  // deno-lint-ignore no-explicit-any
  readonly event: any;
}

type Behaviour = (received: Received, nth: number) => Response | Promise<Response>;

/** A receiver of webhooks on loopback, over real HTTP. It answers 204 unless told otherwise. */
export class Receiver {
  readonly received: Received[] = [];
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #ending = new AbortController();
  readonly #hanging: (() => void)[] = [];
  behave: Behaviour = () => new Response(null, { status: 204 });

  constructor() {
    const options = { hostname: "127.0.0.1", port: 0, onListen: () => {}, signal: this.#ending.signal };
    this.#server = Deno.serve({ ...options, onError: () => new Response(null, { status: 500 }) }, (r) => this.#take(r));
  }

  url(host = "127.0.0.1"): string {
    return `http://${host}:${this.#server.addr.port}/hook?token=secret`;
  }

  async #take(request: Request): Promise<Response> {
    const body = await request.text();
    const headers = Object.fromEntries(request.headers);
    const event = body ? JSON.parse(body) : undefined;
    const received = { id: headers["webhook-id"]!, at: Date.now(), headers, body, event };
    this.received.push(received);
    return await this.behave(received, this.received.length);
  }

  /** An answer that never comes, until the receiver closes. */
  hang(): Promise<Response> {
    return new Promise((resolve) => this.#hanging.push(() => resolve(new Response())));
  }

  /** Waits for what matches. */
  async until(what: string, holds: (all: readonly Received[]) => boolean, seconds = 20): Promise<readonly Received[]> {
    for (const end = Date.now() + seconds * 1000; !holds(this.received);) {
      if (Date.now() > end) throw new Error(`${what} did not happen; received ${JSON.stringify(this.received)}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return this.received;
  }

  async close(): Promise<void> {
    this.#hanging.forEach((answer) => answer());
    this.#ending.abort();
    await this.#server.finished;
  }
}

/** Reads a delivery as a receiver does: throws when the signature, the time or the body is not right. */
export const verify = (secret: string, { body, headers }: Received): unknown =>
  new Webhook(secret).verify(body, headers);

export interface Subscriber {
  readonly id: string;
  readonly secret: string;
}

export interface Publisher {
  readonly owner: User;
  readonly organizationId: string;
  /** Makes an event of the organization's own stream. */
  publish(): Promise<void>;
  subscribe(url: string, more?: Record<string, unknown>): Promise<Subscriber>;
  read(id: string): ReturnType<typeof callPlatform>;
}

/** An organization with news: each change of it is an event. */
export async function newPublisher(): Promise<Publisher> {
  const owner = await newUser();
  const founded = await answerOf(owner.client.rpc("create_organization", {
    name: "Publisher",
    slug: `publisher-${crypto.randomUUID().slice(0, 8)}`,
    kind: "clinic",
    time_zone: "Europe/Paris",
  }));
  const organizationId = (founded as { id: string }).id;
  let changes = 0;
  return {
    owner,
    organizationId,
    publish: async () => {
      const change = { organization_id: organizationId, region: `region ${++changes}` };
      await answerOf(owner.client.rpc("update_organization", change));
    },
    subscribe: async (url, more = {}) => {
      const webhook = {
        organization_id: organizationId,
        name: crypto.randomUUID(),
        types: ["organization.updated"],
        url,
      };
      const created = await callPlatform("POST", "/webhooks", asUser(owner), { ...webhook, ...more });
      if (created.status !== 201) throw new Error(created.text);
      return created.body;
    },
    read: (id) => callPlatform("GET", `/webhooks/${id}`, asUser(owner)),
  };
}
