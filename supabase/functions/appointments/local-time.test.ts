import assert from "node:assert/strict";
import { localTimes } from "./local-time.ts";

Deno.test("instants become local times with the offset in force", () => {
  const cases: [string, string, string][] = [
    ["Europe/Paris", "2027-03-28T00:59:59Z", "2027-03-28T01:59:59+01:00"],
    ["Europe/Paris", "2027-03-28T01:00:00Z", "2027-03-28T03:00:00+02:00"],
    ["Australia/Lord_Howe", "2027-01-01T00:00:00Z", "2027-01-01T11:00:00+11:00"],
    ["Australia/Lord_Howe", "2027-07-01T00:00:00Z", "2027-07-01T10:30:00+10:30"],
    ["America/St_Johns", "2027-01-01T03:30:00Z", "2027-01-01T00:00:00-03:30"],
    ["UTC", "2027-01-01T00:00:00+00:00", "2027-01-01T00:00:00+00:00"],
  ];
  for (const [zone, instant, local] of cases) {
    assert.equal(localTimes(zone)(instant), local);
    assert.equal(Date.parse(local), Date.parse(instant));
  }
});
