/** Judging, explaining and mending a schedule. */
export { analyze } from "./analyze.ts";
export { checkEdit, type ConstraintChange, type EditCheck } from "./check-edit.ts";
export { clashesOf, type TimedPlacement } from "./clashes.ts";
export type { Edit } from "./edits.ts";
export type { GameChange } from "./game-changes.ts";
export { suggest, type Suggestion, type Target } from "./suggest.ts";
export type {
  Analysis,
  Clash,
  ConstraintReport,
  ScorePart,
  TeamReport,
  ViolationReport,
  WindowReport,
} from "./types.ts";
