import { join } from "node:path";
import type { Db } from "../stack/db.ts";
import { openEmpty } from "../stack/empty-cluster.ts";
import { repositoryRoot } from "../stack/project.ts";
import { snapshotsIn } from "../stack/snapshot.ts";

/** Where tests keep ready databases: the next run starts in a second. */
export const snapshots: string = join(repositoryRoot, ".stack", "snapshots");

/** An empty embedded database for one test; closing it removes its files. */
export async function openScratch(): Promise<Db> {
  const folder = await Deno.makeTempDir({ prefix: "almanac-scratch-" });
  const db = await openEmpty(join(folder, "pgdata"), snapshotsIn(snapshots));
  return {
    ...db,
    async close() {
      await db.close();
      await Deno.remove(folder, { recursive: true });
    },
  };
}
