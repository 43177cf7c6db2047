import type { Db } from "../../scripts/stack/db.ts";

export type Schema = Record<string, unknown> | boolean;

/** The schema as that of a member `v` of an event's data; its $defs stay at the root. */
export function asEvent(schema: Schema): Record<string, unknown> {
  if (typeof schema === "boolean") return { type: "object", properties: { v: schema } };
  const { $defs, ...member } = schema;
  return { type: "object", properties: { v: member }, ...$defs === undefined ? {} : { $defs } };
}

/** Why each schema cannot be declared, as `path message`; null where it can. */
export async function refusals(db: Db, schemas: readonly unknown[]): Promise<(string | null)[]> {
  await db.exec(`
    create or replace function pg_temp.refusal(schema jsonb) returns text language plpgsql as $$
    declare detail text;
    begin
      perform core.check_schema(schema);
      return null;
    exception when others then
      get stacked diagnostics detail = pg_exception_detail;
      return sqlerrm || ' ' || coalesce(nullif(detail, '')::jsonb ->> 'path', '');
    end $$`);
  const rows = await db.query<{ refusal: string | null }>(
    "select pg_temp.refusal(s) as refusal from jsonb_array_elements($1::jsonb) with ordinality as listed (s, n) order by n",
    [JSON.stringify(schemas)],
  );
  return rows.map(({ refusal }) => refusal);
}

/** Whether each pair of schema and data fits. */
export async function verdicts(db: Db, pairs: readonly (readonly [schema: unknown, data: unknown])[]) {
  const rows = await db.query<{ fits: boolean }>(
    `select core.schema_faults_at(p -> 0, p -> 0, p -> 1, 0) is null as fits
     from jsonb_array_elements($1::jsonb) with ordinality as listed (p, n) order by n`,
    [JSON.stringify(pairs)],
  );
  return rows.map(({ fits }) => fits);
}
