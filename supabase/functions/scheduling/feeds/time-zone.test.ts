import assert from "node:assert/strict";
import ICAL from "ical.js";
import { timeZoneComponent } from "./time-zone.ts";

const zones = [
  "America/Chicago",
  "America/Phoenix",
  "America/St_Johns",
  "Europe/Berlin",
  "Australia/Lord_Howe",
  "Asia/Kathmandu",
  "Africa/Casablanca",
  "UTC",
];

Deno.test("time zone: each day of three years is read as its clocks are", () => {
  const [first, last] = [Date.UTC(2028, 0, 1), Date.UTC(2030, 11, 31)];
  for (const name of zones) {
    const zone = new ICAL.Timezone(new ICAL.Component(ICAL.parse(timeZoneComponent(name, first, last))));
    const format = new Intl.DateTimeFormat("sv", { timeZone: name, dateStyle: "short", timeStyle: "medium" });
    for (let instant = first; instant <= last; instant += 86_400_000 / 4) {
      const wall = format.format(instant).replace(" ", "T");
      const read = ICAL.Time.fromDateTimeString(wall, undefined as never);
      read.zone = zone;
      // A wall clock that comes twice is read as one of the two.
      const off = Math.abs(read.toUnixTime() * 1000 - instant);
      assert.ok(
        off === 0 || off <= 3_600_000 && format.format(read.toUnixTime() * 1000).replace(" ", "T") === wall,
        `${name} ${wall}`,
      );
    }
  }
});
