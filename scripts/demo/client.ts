import { createClient, FunctionsHttpError, type SupabaseClient } from "@supabase/supabase-js";
import type { Database } from "../../shared/db/types.ts";
import { KEYS } from "../stack/keys.ts";
import { expect, within } from "./steps.ts";

export type Client = SupabaseClient<Database>;

export const url = Deno.env.get("ALMANAC_URL") ?? "http://127.0.0.1:54321";

export const newClient = (): Client =>
  createClient<Database>(url, Deno.env.get("ALMANAC_PUBLISHABLE_KEY") ?? KEYS.publishable, {
    auth: { persistSession: false, autoRefreshToken: false },
  });

/** Someone new signs up. */
export async function signUp(name: string): Promise<Client> {
  const client = newClient();
  const email = `${name}-${crypto.randomUUID().slice(0, 8)}@example.test`;
  const { data, error } = await client.auth.signUp({ email, password: crypto.randomUUID() });
  expect(!error, `sign-up of ${email}: ${error?.message}`);
  expect(data.session, "signing up gave no session: turn e-mail confirmation off for the demo");
  return client;
}

/** One of the people of the seed signs in. */
export async function signIn(email: string): Promise<Client> {
  const client = newClient();
  const { error } = await client.auth.signInWithPassword({ email, password: "almanac-demo" });
  expect(!error, `sign-in of ${email}: ${error?.message}. Is the database seeded?`);
  return client;
}

export interface Answer {
  status: number;
  // deno-lint-ignore no-explicit-any
  body: any;
}

/** Calls a route of the function `appointments` as this user: the answer, be it a refusal. */
export async function invoke(
  client: Client,
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE",
  route: string,
  body?: object,
  headers?: Record<string, string>,
): Promise<Answer> {
  const path = `appointments/${route}`;
  const { data, error, response } = await client.functions.invoke(path, { method, body, headers });
  if (error instanceof FunctionsHttpError) return { status: error.context.status, body: await error.context.json() };
  expect(!error, `${method} ${path}: ${error?.message}`);
  return { status: response!.status, body: data };
}

// deno-lint-ignore no-explicit-any
type Payload = any;

export interface Channel {
  /** The payload of an event of this type about this aggregate, when it comes or if it has come. */
  hear(type: string, id: string): Promise<{ id: string; version: number }>;
  /** The first payload that this holds of, when it comes or if it has come; `what` says what that would be. */
  until(what: string, found: (payload: Payload) => boolean): Promise<Payload>;
}

/** Joins a private channel and hears what is sent from then on. */
export async function listen(client: Client, topic: string): Promise<Channel> {
  const heard: Payload[] = [];
  const waiting = new Set<() => void>();
  const channel = client.channel(topic, { config: { private: true } })
    .on("broadcast", { event: "*" }, ({ payload }) => {
      heard.push(payload);
      waiting.forEach((look) => look());
    });
  await client.realtime.setAuth();
  await within(
    10,
    `the subscription of ${topic}`,
    new Promise<void>((resolve, reject) =>
      channel.subscribe((status, error) => status === "SUBSCRIBED" ? resolve() : reject(error ?? new Error(status)))
    ),
  );
  const until: Channel["until"] = (what, found) =>
    within(
      10,
      `${what} on ${topic}`,
      new Promise((resolve) => {
        const look = () => {
          const payload = heard.find(found);
          if (payload === undefined) return;
          waiting.delete(look);
          resolve(payload);
        };
        waiting.add(look);
        look();
      }),
    );
  return { until, hear: (type, id) => until(type, (hint) => hint.type === type && hint.id === id) };
}
