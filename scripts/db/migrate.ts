import { runMain, StackError } from "../stack/errors.ts";
import { printed } from "../stack/progress.ts";
import { readProject } from "../stack/project.ts";
import { openServer } from "../stack/server.ts";

/** Brings the database of DATABASE_URL to where the migrations are: the platform where it is missing, no seed. */
export async function migrate(url: string, write: (line: string) => void = console.log): Promise<string[]> {
  const project = await readProject();
  const { db, prepared } = await openServer({ url, project, progress: printed(write), seed: false });
  await db.close();
  const { applied } = prepared;
  write(applied.length ? `${applied.length} migrations applied` : "nothing to do: every migration is applied");
  return applied;
}

if (import.meta.main) {
  await runMain(async () => {
    const url = Deno.env.get("DATABASE_URL");
    if (!url) throw new StackError("db:migrate needs DATABASE_URL=postgresql://user:password@host:port/database.");
    await migrate(url);
  });
}
