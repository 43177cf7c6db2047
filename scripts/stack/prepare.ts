import type { Db } from "./db.ts";
import { requiredExtensions } from "./extensions.ts";
import { createLite, type Lite } from "./lite.ts";
import { applyMigrations } from "./migrations.ts";
import { preparePlatform } from "./platform.ts";
import type { Progress } from "./progress.ts";
import type { Project } from "./project.ts";
import { applySeed } from "./seed.ts";

export interface Prepared {
  readonly lite: Lite;
  /** Migrations applied now. */
  readonly applied: string[];
  readonly seeded: boolean;
}

/** Brings a database to where the project is: platform, migrations, seed. What is there already is left alone. */
export async function prepareDatabase(
  db: Db,
  project: Project,
  progress: Progress,
  options: { seed: boolean } = { seed: true },
): Promise<Prepared> {
  const lite = createLite(db, project.config);
  const extensions = requiredExtensions(project.migrations.map(({ text }) => text).join("\n"));
  const role = await progress.step(
    "platform: roles, auth, realtime, vault",
    () => preparePlatform(db, lite, extensions),
  );
  const applied = await progress.step(
    `${project.migrations.length} migrations`,
    () => applyMigrations(db, project.migrations, role),
  );
  const { seed } = project;
  const seeded = seed && options.seed ? await progress.step("seed", () => applySeed(db, seed, role)) : false;
  return { lite, applied, seeded };
}
