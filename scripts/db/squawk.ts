/** `deno task db:squawk`: squawk over the migrations, as .squawk.toml says. */
import { fileURLToPath } from "node:url";
import { npx } from "../tools.ts";

const root = new URL("../../", import.meta.url);
const folder = new URL("supabase/migrations/", root);
const files = [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => name.endsWith(".sql")).sort();

const config = fileURLToPath(new URL(".squawk.toml", root));
const paths = files.map((name) => fileURLToPath(new URL(name, folder)));
const { success, stdout, stderr } = await npx("squawk", ["--config", config, "--reporter", "gcc", ...paths]);
console.log(
  `${stdout}${stderr}`.replaceAll(fileURLToPath(root), "").trim() || `${files.length} migrations, nothing found`,
);
Deno.exit(success ? 0 : 1);
