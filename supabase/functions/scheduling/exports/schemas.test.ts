import assert from "node:assert/strict";
import { ScheduleExportQuery } from "./schemas.ts";

Deno.test("a locale is one that the runtime takes", () => {
  const takes = (locale: string) => ScheduleExportQuery.safeParse({ format: "pdf", locale }).success;
  assert.deepEqual(["en-US", "el", "zh-Hant-TW"].map(takes), [true, true, true]);
  assert.deepEqual(["en-12", "en-US-US", "aa-bb-cc-dd", "", "e", "x".repeat(99)].map(takes), Array(6).fill(false));
});
