import type { Keys } from "./keys.ts";
import { type Login, seedPassword } from "./seed.ts";

export interface ReportInput {
  readonly url: string;
  /** Where the data is: a folder or a server. */
  readonly database: string;
  readonly databaseUrl: string | undefined;
  readonly keys: Keys;
  readonly functions: readonly string[];
  readonly logins: readonly Login[];
}

/** The one table that a started stack shows. */
export function report(input: ReportInput): string {
  const { url, keys } = input;
  const rows: [string, string][] = [
    ["API", `${url}/rest/v1`],
    ["Auth", `${url}/auth/v1`],
    ["Realtime", `${url.replace("http", "ws")}/realtime/v1`],
    ...input.functions.map((name): [string, string] => ["Function", `${url}/functions/v1/${name}`]),
    ["Database", input.databaseUrl ?? input.database],
    ["Publishable key", keys.publishable],
    ["Secret key", keys.secret],
    ["Secret key, jobs", keys.jobs],
    ...input.logins.map(({ email, roles }, at): [string, string] => [
      at === 0 ? `Sign in (${seedPassword})` : "",
      roles ? `${email}  ${roles}` : email,
    ]),
  ];
  const width = Math.max(...rows.map(([label]) => label.length));
  const lines = rows.map(([label, value]) => `${label.padEnd(width)}  ${value}`);
  const rule = "─".repeat(Math.max(...lines.map(({ length }) => length)));
  return [rule, ...lines, rule].join("\n");
}
