/**
 * `deno task db:plpgsql`: plpgsql_check over every function of ours, on a database freshly migrated on the server of
 * DATABASE_URL (the extension is native: PGlite has none).
 */
import postgres from "postgres";
import { ownSchemas } from "./domains.ts";
import { withFreshDatabase } from "./fresh.ts";

interface Finding {
  readonly function: string;
  readonly line: number | null;
  readonly level: string;
  readonly message: string;
  readonly detail: string | null;
}

/**
 * Left out: 2F005, as it cannot know that core.raise_error never returns; 42804, literals as initial values; `return …
 * from …`, which reads a query as an expression; and the volatility of functions with dynamic SQL, which it cannot tell.
 */
const findings = `
  select n.nspname || '.' || p.proname as function, c.lineno as line, c.level, c.message, c.detail
  from pg_catalog.pg_proc p
  join pg_catalog.pg_namespace n on n.oid = p.pronamespace
  join pg_catalog.pg_language l on l.oid = p.prolang
  left join pg_catalog.pg_trigger t on t.tgfoid = p.oid and not t.tgisinternal
  cross join lateral extensions.plpgsql_check_function_tb(
    p.oid, coalesce(t.tgrelid, 0), fatal_errors => false, other_warnings => true, extra_warnings => true,
    performance_warnings => true, security_warnings => true) c
  where l.lanname = 'plpgsql' and n.nspname in (${ownSchemas})
    and (p.prorettype <> 'pg_catalog.trigger'::regtype or t.oid is not null)
    and c.sqlstate not in ('2F005', '42804') and c.message not like 'expression is not pure%'
    and (c.level <> 'performance' or (c.message like 'routine is marked as%' and c.detail not like '%dynamic SQL%'))
  group by 1, 2, 3, 4, 5 order by 1, 2`;

if (!Deno.env.get("DATABASE_URL")) {
  console.error("plpgsql_check needs a server: DATABASE_URL=postgresql://… deno task db:plpgsql");
  Deno.exit(1);
}
const { checked, found } = await withFreshDatabase(async (url) => {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    await sql`create extension if not exists plpgsql_check with schema extensions`;
    const [row] = await sql.unsafe<{ checked: number }[]>(`
      select count(*)::int as checked from pg_catalog.pg_proc p
      join pg_catalog.pg_language l on l.oid = p.prolang and l.lanname = 'plpgsql'
      where p.pronamespace::regnamespace::text in (${ownSchemas})`);
    return { checked: row!.checked, found: await sql.unsafe<Finding[]>(findings) };
  } finally {
    await sql.end();
  }
});
for (const { function: name, line, level, message, detail } of found) {
  console.error(`${name}${line ? `:${line}` : ""}: ${level}: ${message}${detail ? ` (${detail})` : ""}`);
}
console.log(`${checked} functions checked, ${found.length} findings`);
Deno.exit(found.length || checked === 0 ? 1 : 0);
