import { AsyncLocalStorage } from "node:async_hooks";
import { CompiledQuery } from "kysely";

/** The part of a kysely transaction that lite hands to its session hooks. */
export interface Session {
  executeQuery(query: CompiledQuery): Promise<unknown>;
}

const requests = new AsyncLocalStorage<Request>();

/** Runs the answering of a Data API request, so that its SQL sees the request as PostgREST would show it. */
export const answering = <Answer>(request: Request, answer: () => Answer): Answer => requests.run(request, answer);

/** Whether SQL that runs now belongs to a Data API request. */
export const isAnswering = (): boolean => requests.getStore() !== undefined;

const settingsOf = "select set_config('response.status', '', true), set_config('response.headers', '', true), " +
  "set_config('request.method', $1, true), set_config('request.path', $2, true), set_config('request.headers', $3, true)";

const hook = `
  select split_part(setting, '=', 2) as name
  from pg_catalog.pg_db_role_setting s, unnest(s.setconfig) setting
  where s.setrole = 'authenticator'::regrole and setting like 'pgrst.db_pre_request=%'
    and s.setdatabase in (0, (select d.oid from pg_catalog.pg_database d where d.datname = current_database()))
  order by s.setdatabase desc limit 1`;

/**
 * Tells the database what is asked, for tables as for functions, and calls `pgrst.db_pre_request` of its settings, as
 * PostgREST does. lite does the first for functions only.
 */
export function createRequestContext() {
  let preRequest: Promise<string | undefined> | undefined;

  async function apply(session: Session): Promise<void> {
    const request = requests.getStore();
    if (!request) return;
    const { pathname } = new URL(request.url);
    const headers = JSON.stringify(Object.fromEntries(request.headers));
    await session.executeQuery(
      CompiledQuery.raw(settingsOf, [request.method, pathname.replace(/^\/rest\/v1/, ""), headers]),
    );
    preRequest ??= nameOf(session);
    const name = await preRequest.catch(() => forget());
    if (name) await session.executeQuery(CompiledQuery.raw(`select ${name}()`));
  }

  async function nameOf(session: Session): Promise<string | undefined> {
    const { rows } = await session.executeQuery(CompiledQuery.raw(hook)) as { rows: { name: string }[] };
    return rows[0]?.name;
  }

  /** The settings may have changed. */
  const forget = () => preRequest = undefined;

  return { apply, forget };
}
