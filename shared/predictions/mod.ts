/** Predictions: attendance, what TV slots bring, and what a draft runs into. Pure: no database, no clock, no chance. */
export * from "./attendance.ts";
export * from "./evaluation.ts";
export * from "./examples.ts";
export * from "./features.ts";
export * from "./games.ts";
export * from "./training.ts";
