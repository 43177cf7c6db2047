import { type DatabaseError, problemOf } from "../http/database-error.ts";

/** What a call of supabase-js comes to. */
export interface Settled<Data> {
  data: Data | null;
  error: DatabaseError | null;
  status: number;
}

/**
 * The data of a supabase-js call, or the `Problem` it was refused with.
 *
 * ```ts
 * const booked = await answerOf(client.rpc("book_appointment", { service_id, starts_at }));
 * ```
 */
export async function answerOf<Data>(call: PromiseLike<Settled<Data>>): Promise<Data> {
  const { data, error, status } = await call;
  if (error) throw problemOf(error, status);
  return data as Data;
}
