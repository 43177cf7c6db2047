import assert from "node:assert/strict";
import { withDatabase } from "./database.ts";
import { createOrganization, createResources, openHours } from "./resources.ts";
import { minuteOf, openRuns, type Rule, stretches } from "./wall-clock.ts";

const [mon, thu, fri, sat, sun] = [1, 4, 5, 6, 7];
const everyDay = [1, 2, 3, 4, 5, 6, 7];

/** `09:00-17:30`; an end that is not after the beginning is on the next day. */
function window(weekdays: number | readonly number[], hours: string): Rule {
  const [opens, closes] = hours.split("-").map((time) => {
    const [hour, minute] = time.split(":").map(Number);
    return hour! * 60 + minute!;
  }) as [number, number];
  return { weekdays: [weekdays].flat(), opens, closes: closes <= opens ? closes + 1440 : closes };
}

interface Trap {
  readonly name: string;
  readonly zone: string;
  readonly rules: readonly Rule[];
  readonly overrides?: Readonly<Record<string, readonly (readonly [string, string])[]>>;
  readonly range: readonly [string, string];
  /** Instants in UTC. */
  readonly open: readonly string[];
}

const traps: readonly Trap[] = [
  {
    name: "a day that does not exist (Apia 2011-12-30) has no hours",
    zone: "Pacific/Apia",
    rules: [window(everyDay, "09:00-10:00")],
    range: ["2011-12-29T10:00Z", "2012-01-01T10:00Z"],
    open: [
      "2011-12-29T19:00Z/2011-12-29T20:00Z",
      "2011-12-30T19:00Z/2011-12-30T20:00Z",
      "2011-12-31T19:00Z/2011-12-31T20:00Z",
    ],
  },
  {
    name: "and a rule for that Friday alone never opens",
    zone: "Pacific/Apia",
    rules: [window(fri, "00:00-24:00")],
    range: ["2011-12-29T00:00Z", "2012-01-02T00:00Z"],
    open: [],
  },
  {
    name: "Santiago 2025-09-07: midnight does not exist, nor a window that lies in the hour after it",
    zone: "America/Santiago",
    rules: [window(sun, "00:00-01:00")],
    range: ["2025-09-06T12:00Z", "2025-09-08T12:00Z"],
    open: [],
  },
  {
    name: "Santiago: a night into the skipped hour ends where the day does",
    zone: "America/Santiago",
    rules: [window(sat, "22:00-00:30")],
    range: ["2025-09-06T12:00Z", "2025-09-08T12:00Z"],
    open: ["2025-09-07T02:00Z/2025-09-07T04:00Z"],
  },
  {
    name: "Santiago: a night past the skipped hour is an hour shorter",
    zone: "America/Santiago",
    rules: [window(sat, "22:00-02:00")],
    range: ["2025-09-06T12:00Z", "2025-09-08T12:00Z"],
    open: ["2025-09-07T02:00Z/2025-09-07T05:00Z"],
  },
  {
    name: "Santiago 2026-04-04: the last hour of the day comes twice",
    zone: "America/Santiago",
    rules: [window(sat, "23:00-24:00")],
    range: ["2026-04-04T12:00Z", "2026-04-06T12:00Z"],
    open: ["2026-04-05T02:00Z/2026-04-05T04:00Z"],
  },
  {
    name: "Cairo 2025-04-25: midnight does not exist",
    zone: "Africa/Cairo",
    rules: [window(fri, "00:30-02:00")],
    range: ["2025-04-24T12:00Z", "2025-04-25T12:00Z"],
    open: ["2025-04-24T22:00Z/2025-04-24T23:00Z"],
  },
  {
    name: "Cairo 2025-10-30: Thursday's last hour comes twice, its half hour apart",
    zone: "Africa/Cairo",
    rules: [window(thu, "23:00-23:30")],
    range: ["2025-10-30T12:00Z", "2025-10-31T12:00Z"],
    open: ["2025-10-30T20:00Z/2025-10-30T20:30Z", "2025-10-30T21:00Z/2025-10-30T21:30Z"],
  },
  {
    name: "Havana 2026-03-08: midnight does not exist",
    zone: "America/Havana",
    rules: [window(sun, "00:00-02:00")],
    range: ["2026-03-07T12:00Z", "2026-03-08T12:00Z"],
    open: ["2026-03-08T05:00Z/2026-03-08T06:00Z"],
  },
  {
    name: "Havana 2025-11-02: the first hour of the day comes twice",
    zone: "America/Havana",
    rules: [window(sun, "00:00-01:00")],
    range: ["2025-11-01T12:00Z", "2025-11-02T12:00Z"],
    open: ["2025-11-02T04:00Z/2025-11-02T06:00Z"],
  },
  {
    name: "Azores 2026-03-29: midnight does not exist, the night over it is one run",
    zone: "Atlantic/Azores",
    rules: [window(sat, "23:00-24:00"), window(sun, "01:00-02:00")],
    range: ["2026-03-28T12:00Z", "2026-03-29T12:00Z"],
    open: ["2026-03-29T00:00Z/2026-03-29T02:00Z"],
  },
  {
    name: "Nuuk 2026-03-28: the hour before midnight does not exist, what closes and opens around it is one run",
    zone: "America/Nuuk",
    rules: [window(sat, "20:00-23:00"), window(sun, "00:00-02:00")],
    range: ["2026-03-28T12:00Z", "2026-03-29T12:00Z"],
    open: ["2026-03-28T22:00Z/2026-03-29T03:00Z"],
  },
  {
    name: "24:00 is the next midnight, and joins what opens there",
    zone: "Europe/Berlin",
    rules: [window(sun, "22:00-24:00"), window(mon, "00:00-02:00")],
    range: ["2026-06-07T12:00Z", "2026-06-08T12:00Z"],
    open: ["2026-06-07T20:00Z/2026-06-08T00:00Z"],
  },
  {
    name: "Lord Howe 2025-10-05: half an hour is skipped",
    zone: "Australia/Lord_Howe",
    rules: [window(sun, "01:30-03:00")],
    range: ["2025-10-04T12:00Z", "2025-10-05T12:00Z"],
    open: ["2025-10-04T15:00Z/2025-10-04T16:00Z"],
  },
  {
    name: "Lord Howe 2026-04-05: half an hour comes twice",
    zone: "Australia/Lord_Howe",
    rules: [window(sun, "01:30-02:00")],
    range: ["2026-04-04T12:00Z", "2026-04-05T12:00Z"],
    open: ["2026-04-04T14:30Z/2026-04-04T15:30Z"],
  },
  {
    name: "New York 2025-11-02: a quarter within the repeated hour comes twice, apart",
    zone: "America/New_York",
    rules: [window(sun, "01:30-01:45")],
    range: ["2025-11-02T00:00Z", "2025-11-03T00:00Z"],
    open: ["2025-11-02T05:30Z/2025-11-02T05:45Z", "2025-11-02T06:30Z/2025-11-02T06:45Z"],
  },
  {
    name: "New York 2026-03-08: a night into the skipped hour",
    zone: "America/New_York",
    rules: [window(sat, "22:00-02:30")],
    range: ["2026-03-07T12:00Z", "2026-03-08T12:00Z"],
    open: ["2026-03-08T03:00Z/2026-03-08T07:00Z"],
  },
  {
    name: "Troll 2026-10-25: two hours come twice",
    zone: "Antarctica/Troll",
    rules: [window(sun, "01:00-03:00")],
    range: ["2026-10-24T12:00Z", "2026-10-25T12:00Z"],
    open: ["2026-10-24T23:00Z/2026-10-25T03:00Z"],
  },
  {
    name: "Chatham 2025-09-28: clocks change at a quarter to three",
    zone: "Pacific/Chatham",
    rules: [window(sun, "02:30-04:00")],
    range: ["2025-09-27T00:00Z", "2025-09-28T00:00Z"],
    open: ["2025-09-27T13:45Z/2025-09-27T14:15Z"],
  },
  {
    name: "a closed date on a change day has not even its first, repeated hour",
    zone: "America/Havana",
    rules: [window(everyDay, "22:00-02:00")],
    overrides: { "2025-11-02": [] },
    range: ["2025-11-01T12:00Z", "2025-11-03T12:00Z"],
    open: ["2025-11-02T02:00Z/2025-11-02T04:00Z"],
  },
];

Deno.test("where clocks are strange, open hours are what the clock on the wall shows", async (t) => {
  await withDatabase(async (db) => {
    const organization = await createOrganization(db);
    for (const { name, zone, rules, overrides, range, open } of traps) {
      await t.step(name, async () => {
        const [from, to] = range;
        const ids = await createResources(db, organization, [{ zone, rules, overrides }]);
        const expected = open.map((run) => run.split("/").map(minuteOf));
        const [answer] = await openHours(db, ids, from, to);
        assert.deepEqual(answer, expected);
        if (overrides) return;
        const read = openRuns(rules, stretches(zone, minuteOf(from), minuteOf(to)), 15);
        assert.deepEqual(read, expected, "the clock itself disagrees");
      });
    }
  });
});
