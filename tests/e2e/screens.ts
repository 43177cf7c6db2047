import { createClient } from "@supabase/supabase-js";
import assert from "node:assert/strict";
import { createEventBus } from "../../shared/client/event-bus.ts";
import { answerOf } from "../../shared/db/answer.ts";
import type { Database } from "../../shared/db/types.ts";
import { type Clinic, newClinic, stack, type User } from "./fixture.ts";

/** A clinic that has declared the types of `Own`, and invoice.sent. */
export async function newInvoicingClinic(): Promise<Clinic> {
  const clinic = await newClinic();
  const schema = { type: "object", required: ["amount"], properties: { amount: { type: "integer" } } };
  for (const type of ["invoice.paid", "invoice.sent"]) {
    const declaration = { organization_id: clinic.organizationId, type, schema };
    await answerOf(clinic.owner.client.rpc("declare_event_type", declaration));
  }
  return clinic;
}

export interface Own {
  "invoice.paid": { amount: number };
}

/** The user at another screen: a client, and so a socket, of its own. */
export async function screen({ client }: User, organizationId: string) {
  const sockets: WebSocket[] = [];
  class transport extends WebSocket {
    constructor(address: string | URL, protocols?: string | string[]) {
      super(address, protocols);
      sockets.push(this);
    }
  }
  const own = createClient<Database>(stack.url, stack.publishableKey, {
    auth: { persistSession: false, autoRefreshToken: false },
    realtime: { transport },
  });
  const { data } = await client.auth.getSession();
  await own.auth.setSession(data.session!);
  return {
    client: own,
    // Slow enough that nothing here comes by the clock.
    bus: createEventBus<Own>({ client: own, organizationId, pollSeconds: { joined: 600, apart: 600 } }),
    connections: () => sockets.length,
    /** Ends the connection, as a lost network does. */
    cut: () =>
      new Promise((resolve) => {
        sockets.at(-1)!.addEventListener("close", resolve);
        sockets.at(-1)!.close();
      }),
  };
}
export type Screen = Awaited<ReturnType<typeof screen>>;

export const close = async (...screens: Pick<Screen, "client" | "bus">[]) => {
  for (const { client, bus } of screens) {
    await bus.close();
    client.realtime.disconnect();
  }
};

export async function until(met: () => boolean, what: string, milliseconds = 5_000): Promise<void> {
  for (const deadline = Date.now() + milliseconds; !met();) {
    assert.ok(Date.now() < deadline, what);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

export const busTest = (name: string, fn: () => Promise<void>) =>
  Deno.test({ name: `event bus: ${name}`, fn, sanitizeOps: false, sanitizeResources: false });
