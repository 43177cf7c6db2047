import type { Claims } from "../auth/mod.ts";
import type { Db, Queryable } from "../db.ts";
import type { Access, Extension } from "./types.ts";

/** Whose request a policy judges. */
export interface Caller {
  claims: Claims;
  headers: Record<string, string>;
}

/** Answers what policies on `realtime.messages` allow, by trying it and rolling back, as hosted Realtime does. */
export interface Authorizer {
  read(caller: Caller, topic: string): Promise<Access["read"]>;
  write(caller: Caller, topic: string, extension: Extension): Promise<boolean>;
}

class RollBack<T> extends Error {
  constructor(readonly answer: T) {
    super("rolled back");
  }
}

const BECOME = `select set_config('role', $1::text, true), set_config('realtime.topic', $2::text, true),
  set_config('request.jwt.claims', $3::text, true), set_config('request.jwt.claim.sub', $4::text, true),
  set_config('request.jwt.claim.role', $1::text, true), set_config('request.headers', $5::text, true)`;

/** Probes over `db`. */
export function createAuthorizer(db: Db): Authorizer {
  async function probe<T>(run: (tx: Queryable) => Promise<T>): Promise<T> {
    try {
      return await db.tx(async (tx): Promise<T> => {
        throw new RollBack(await run(tx));
      });
    } catch (error) {
      if (error instanceof RollBack) return error.answer;
      throw error;
    }
  }

  async function become(tx: Queryable, { claims, headers }: Caller, topic: string): Promise<void> {
    const role = claims.role ?? "anon";
    await tx.query(BECOME, [role, topic, JSON.stringify(claims), claims.sub ?? "", JSON.stringify(headers)]);
  }

  return {
    read: (caller, topic) =>
      probe(async (tx) => {
        const ids = { broadcast: crypto.randomUUID(), presence: crypto.randomUUID() };
        await tx.query(
          `insert into realtime.messages (id, topic, extension)
           values ($1::text::uuid, $3::text, 'broadcast'), ($2::text::uuid, $3::text, 'presence')`,
          [ids.broadcast, ids.presence, topic],
        );
        await become(tx, caller, topic);
        const rows = await tx.query<{ id: string }>(
          "select id::text from realtime.messages where id in ($1::text::uuid, $2::text::uuid)",
          [ids.broadcast, ids.presence],
        );
        const seen = new Set(rows.map((row) => row.id));
        return { broadcast: seen.has(ids.broadcast), presence: seen.has(ids.presence) };
      }),

    write: async (caller, topic, extension) => {
      try {
        return await probe(async (tx) => {
          await become(tx, caller, topic);
          await tx.query("insert into realtime.messages (topic, extension) values ($1::text, $2::text)", [
            topic,
            extension,
          ]);
          return true;
        });
      } catch (error) {
        if ((error as { code?: string }).code === "42501") return false;
        throw error;
      }
    },
  };
}
