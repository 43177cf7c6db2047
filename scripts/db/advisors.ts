/**
 * `deno task db:advisors`: the advisors of Supabase's dashboard (security and performance) over a freshly migrated
 * database. Fails on anything at warning level or above.
 */
import { withFreshDatabase } from "./fresh.ts";
import { npx } from "../tools.ts";

interface Advice {
  readonly level: string;
  readonly name: string;
  readonly detail: string;
}

const { stdout, stderr } = await withFreshDatabase((url) =>
  npx("supabase", ["db", "advisors", `--remote=${url}`, "--level", "warn", "--output-format", "json"])
);
const advice = parse(stdout);
for (const { level, name, detail } of advice) console.error(`${level}  ${name}: ${detail}`);
if (advice.length) Deno.exit(1);
console.log("nothing at warning level or above");

/** An answer without results is no clean bill of health: the CLI may not have reached the database. */
function parse(answer: string): Advice[] {
  const lines = answer.split("\n").filter((line) => line.startsWith("{"));
  const results = lines.map((line) => JSON.parse(line).results).find(Array.isArray);
  if (results) return results;
  console.error(`the advisors did not answer:\n${answer}${stderr}`);
  Deno.exit(1);
}
