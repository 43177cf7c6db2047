import { commands } from "./commands.ts";
import { functions } from "./functions.ts";
import { links } from "./links.ts";
import { names } from "./names.ts";
import { sizes } from "./sizes.ts";
import { lowercaseKeywords, pinnedSearchPath, soundTypes } from "./sql-style.ts";
import type { Rule } from "./tree.ts";
import { versions } from "./versions.ts";
import { words } from "./words.ts";

/** Every style rule of the house, in the order they are reported. */
export const rules: readonly Rule[] = [
  names,
  sizes,
  lowercaseKeywords,
  pinnedSearchPath,
  soundTypes,
  functions,
  versions,
  words,
  links,
  commands,
];
