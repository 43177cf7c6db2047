import assert from "node:assert/strict";
import { parseSchedule } from "./cron-schedule.ts";

const due = (schedule: string, since: string) => parseSchedule(schedule).dueAfter(new Date(since))?.toISOString();

Deno.test("five fields are read in UTC, and the minute itself is not due again", () => {
  assert.equal(due("30 3 * * *", "2026-03-29T00:00:00Z"), "2026-03-29T03:30:00.000Z");
  assert.equal(due("*/15 * * * *", "2026-01-01T10:15:00Z"), "2026-01-01T10:30:00.000Z");
  assert.equal(due("0 9 * * mon", "2026-11-20T12:00:00Z"), "2026-11-23T09:00:00.000Z");
});

Deno.test("a restricted day of the month or of the week is enough, as in cron", () => {
  assert.equal(due("0 0 13 * 5", "2026-11-20T12:00:00Z"), "2026-11-27T00:00:00.000Z");
});

Deno.test("$ is the last day of the month", () => {
  assert.equal(due("0 12 $ * *", "2028-02-01T00:00:00Z"), "2028-02-29T12:00:00.000Z");
});

Deno.test("names of common schedules and seconds", () => {
  assert.equal(due("@hourly", "2026-01-01T10:15:00Z"), "2026-01-01T11:00:00.000Z");
  assert.equal(due("10 seconds", "2026-01-01T10:15:00Z"), "2026-01-01T10:15:10.000Z");
});

Deno.test("anything else is refused", () => {
  for (const schedule of ["", "* * * *", "* * * * * *", "60 seconds", "0 seconds", "61 * * * *", "@sometimes"]) {
    assert.throws(() => parseSchedule(schedule), schedule);
  }
});
