import type { Queryable } from "../../scripts/stack/db.ts";

export interface Slot {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly choices: readonly string[];
}

const iso = (milliseconds: number) => new Date(milliseconds).toISOString();

/** The slots a customer sees in a range. */
export async function slotsIn(
  db: Queryable,
  service: string,
  from: number,
  to: number,
  party = 1,
): Promise<Slot[]> {
  if (from >= to) return [];
  const rows = await db.query<{ at: number; choices: string }>(
    `select (extract(epoch from starts_at) * 1000)::float8 as at, array_to_string(resource_ids, ',') as choices
     from public.available_slots($1::text::uuid, $2::text::timestamptz, $3::text::timestamptz, party_size => $4::text::integer)`,
    [service, iso(from), iso(to), `${party}`],
  );
  return rows.map(({ at, choices }) => ({ at, choices: choices.split(",").filter(Boolean) }));
}

/** Makes `pg_temp.attempt`, which tries a booking or a move and takes it back, whatever came of it. */
export async function prepareAttempts(db: Queryable): Promise<void> {
  await db.query(
    `create or replace function pg_temp.attempt(command text) returns text language plpgsql as $attempt$
     declare
       said text;
     begin
       execute command;
       raise exception using errcode = 'ZZ001', message = 'undo';
     exception
       when sqlstate 'ZZ001' then return 'booked';
       when others then
         get stacked diagnostics said = pg_exception_detail;
         if sqlstate in ('PT422', 'PT409') then
           return concat_ws(':', sqlerrm, said::jsonb ->> 'reason');
         end if;
         return sqlstate || ' ' || sqlerrm;
     end $attempt$`,
  );
}

async function attempt(db: Queryable, commands: string): Promise<string[]> {
  const rows = await db.query<{ said: string }>(
    "select pg_temp.attempt(c.command) as said from jsonb_array_elements_text($1::text::jsonb) with ordinality as c(command, n) order by n",
    [commands],
  );
  return rows.map(({ said }) => said);
}

/** Tries to book each start, each as if alone. */
export function attempts(
  db: Queryable,
  service: string,
  starts: readonly { at: number; chosen?: string }[],
  party = 1,
): Promise<string[]> {
  return attempt(
    db,
    JSON.stringify(
      starts.map(({ at, chosen }) =>
        `select public.book_appointment('${service}', '${iso(at)}'${
          chosen ? `, '${chosen}'` : ""
        }, party_size => ${party})`
      ),
    ),
  );
}

/** Tries to move an appointment to each start. */
export function moves(db: Queryable, appointment: string, starts: readonly number[]): Promise<string[]> {
  return attempt(
    db,
    JSON.stringify(starts.map((at) => `select public.reschedule_appointment('${appointment}', '${iso(at)}')`)),
  );
}
