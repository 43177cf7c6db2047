import { piiMasking } from "./pii-masking.ts";
import { responseCache } from "./response-cache.ts";
import type { Plugin } from "./types.ts";

/** The plugins there are; `public.plugins` names the same. */
export const plugins: ReadonlyMap<string, Plugin> = new Map(
  [responseCache, piiMasking].map((plugin) => [plugin.name, plugin]),
);
