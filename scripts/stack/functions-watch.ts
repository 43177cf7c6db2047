import { existsSync } from "node:fs";
import { join } from "node:path";

const SETTLE_MS = 100; // editors write a file in several steps

const NOISE = /(^|\/)(node_modules|\.git)\/|[~]$|\.sw[px]$/;

/**
 * Calls `onChange` once for each burst of changes below the folders of `root` that functions are made of. Returns a
 * function that stops it.
 */
export function watchFunctions(root: string, onChange: () => void): () => void {
  const paths = ["supabase/functions", "supabase/config.toml", "shared"].map((path) => join(root, path)).filter(
    existsSync,
  );
  if (paths.length === 0) return () => {};
  const watcher = Deno.watchFs(paths);
  let timer: ReturnType<typeof setTimeout> | undefined;
  (async () => {
    for await (const event of watcher) {
      if (event.kind === "access" || event.paths.every((path) => NOISE.test(path))) continue;
      clearTimeout(timer);
      timer = setTimeout(onChange, SETTLE_MS);
    }
  })();
  return () => {
    clearTimeout(timer);
    watcher.close();
  };
}
