import assert from "node:assert/strict";
import type { z } from "@hono/zod-openapi";
import { Claimed, Subscription } from "../../supabase/functions/platform/subscriptions/schemas.ts";
import { type Answer, asUser, callPlatform, type Clinic } from "./fixture.ts";

type Headers = Record<string, string>;
export type Claimed = z.infer<typeof Claimed>;

export const at = (id: string, path = "") => `/subscriptions/${id}${path}`;

/** Subscribes as the owner. */
export async function newSubscription(
  { owner, organizationId: organization_id }: Clinic,
  terms: object = {},
): Promise<z.infer<typeof Subscription>> {
  const body = { organization_id, name: crypto.randomUUID(), types: ["invoice.*"], ...terms };
  const answer = await callPlatform("POST", "/subscriptions", asUser(owner), body);
  assert.equal(answer.status, 201, answer.text);
  return Subscription.parse(answer.body);
}

export const claim = (headers: Headers, id: string, body?: unknown): Promise<Answer> =>
  callPlatform("POST", at(id, "/claim"), headers, body);

/** Claims until so many have come: what is published is there as soon as no older snapshot is being written down. */
export async function claimed(headers: Headers, id: string, count: number, body: object = {}): Promise<Claimed> {
  const deadline = Date.now() + 10_000;
  while (true) {
    const answer = await claim(headers, id, body);
    assert.equal(answer.status, 200, answer.text);
    const some = Claimed.parse(answer.body);
    if (some.events.length >= count || Date.now() > deadline) return some;
    assert.equal(some.events.length, 0, "a part of what was published at once");
  }
}

export const ids = ({ events }: Claimed): string[] => events.map(({ event }) => event.id);
