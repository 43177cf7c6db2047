/**
 * `deno task functions:deploy-check`: deploys the functions with the Supabase CLI to a stand-in for its management API,
 * and type-checks each from exactly the files that were uploaded. The root's deno.json is not among them.
 */
import { glob } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parse } from "smol-toml";
import { npx } from "./tools.ts";

interface Upload {
  readonly slug: string;
  readonly files: readonly File[];
}

/** Answers as the management API does, as far as a deployment asks, and keeps what is uploaded. */
function serveApi(uploads: Upload[]): Deno.HttpServer<Deno.NetAddr> {
  return Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, async (request) => {
    const { pathname, searchParams } = new URL(request.url);
    const slug = searchParams.get("slug");
    if (slug) {
      const form = await request.formData();
      uploads.push({ slug, files: form.getAll("file").filter((entry) => entry instanceof File) });
      return Response.json(deployed(slug), { status: 201 });
    }
    await request.body?.cancel();
    return Response.json(pathname.endsWith("/functions") ? uploads.map(({ slug }) => deployed(slug)) : project);
  });
}

const deployed = (slug: string) => ({
  id: slug,
  slug,
  name: slug,
  version: 1,
  status: "ACTIVE",
  created_at: 1,
  updated_at: 1,
});
const reference = "a".repeat(20);
const project = {
  id: reference,
  ref: reference,
  organization_id: "o",
  organization_slug: "o",
  name: "stand-in",
  region: "eu-central-1",
  created_at: "2026-01-01T00:00:00Z",
  status: "ACTIVE_HEALTHY",
  database: { host: "localhost", version: "17", postgres_engine: "17", release_channel: "ga" },
};

async function deploy(port: number, folder: string): Promise<string | undefined> {
  const profile = join(folder, "profile.yaml");
  const url = `http://127.0.0.1:${port}`;
  await Deno.writeTextFile(
    profile,
    `name: stand-in\napi_url: ${url}\ndashboard_url: ${url}\nproject_host: localhost\n`,
  );
  const args = ["functions", "deploy", "--use-api", `--remote=${reference}`, "--profile", profile, "--yes"];
  const { success, stdout, stderr } = await npx("supabase", args, { SUPABASE_ACCESS_TOKEN: `sbp_${"0".repeat(40)}` });
  return success ? undefined : `${stdout}${stderr}`;
}

/** What hosted takes of a function, bundled; what is uploaded is smaller by its packages. */
const mostMegabytes = 20;

const megabytes = (files: readonly File[]) => files.reduce((sum, { size }) => sum + size, 0) / 1024 / 1024;

async function checkUpload({ slug, files }: Upload, folder: string): Promise<string | undefined> {
  if (megabytes(files) > mostMegabytes) return `${slug}: ${megabytes(files).toFixed(1)} MB are too much to deploy`;
  const root = join(folder, slug);
  for (const file of files) {
    const path = join(root, file.name);
    await Deno.mkdir(dirname(path), { recursive: true });
    await Deno.writeFile(path, file.stream());
  }
  const own = join(root, "supabase", "functions", slug);
  const command = new Deno.Command(Deno.execPath(), {
    args: ["check", "--quiet", "--no-lock", "--config", join(own, "deno.json"), join(own, "index.ts")],
    cwd: own,
  });
  const { success, stderr } = await command.output();
  return success ? undefined : `${slug}: ${new TextDecoder().decode(stderr)}`;
}

/** The files that config.toml says a function reads while it runs. */
async function staticFiles(slug: string): Promise<string[]> {
  const config = parse(await Deno.readTextFile("supabase/config.toml")) as {
    functions?: Record<string, { static_files?: string[] }>;
  };
  const patterns = config.functions?.[slug]?.static_files ?? [];
  const found = await Promise.all(patterns.map((pattern) => Array.fromAsync(glob(join("supabase", pattern)))));
  return found.flat();
}

async function folders(): Promise<string[]> {
  const names: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir("supabase/functions")) {
    if (isDirectory && !name.startsWith("_")) names.push(name);
  }
  return names.sort();
}

Deno.chdir(new URL("../", import.meta.url));
const uploads: Upload[] = [];
const folder = await Deno.makeTempDir({ prefix: "almanac-deploy-" });
const api = serveApi(uploads);
try {
  const problems = [await deploy(api.addr.port, folder)];
  for (const upload of uploads) problems.push(await checkUpload(upload, folder));
  const missing = (await folders()).filter((name) => !uploads.some(({ slug }) => slug === name));
  if (missing.length) problems.push(`not deployed: ${missing.join(", ")}`);
  for (const { slug, files } of uploads) {
    console.log(`${slug}: ${files.length} files, ${megabytes(files).toFixed(1)} MB`);
  }
  for (const { slug, files } of uploads) {
    const left = (await staticFiles(slug)).filter((path) => !files.some(({ name }) => name.endsWith(path)));
    if (left.length) problems.push(`${slug}: not uploaded: ${left.join(", ")}`);
  }
  for (const problem of problems) if (problem) console.error(problem);
  if (problems.some(Boolean)) Deno.exitCode = 1;
} finally {
  await api.shutdown();
  await Deno.remove(folder, { recursive: true });
}
