import assert from "node:assert/strict";
import { withDatabase } from "./database.ts";
import { clockOf } from "./grids.ts";
import { stretches } from "./wall-clock.ts";

const zones = [
  "Europe/Berlin",
  "America/Havana",
  "America/Santiago",
  "Atlantic/Azores",
  "Australia/Lord_Howe",
  "Antarctica/Troll",
  "Pacific/Chatham",
  "Asia/Kathmandu",
];
const [begin, end] = ["2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"].map((at) => Date.parse(at) / 60_000) as [
  number,
  number,
];

/** Minutes around each change of a zone's clock, and around an ordinary midnight. */
function questions(zone: string) {
  const changes = stretches(zone, begin, end).slice(1).map(({ from }) => from);
  return [...changes, begin + 150 * 1440].flatMap((change) =>
    Array.from({ length: 40 }, (_, n) => change + Math.round((n - 25) * 17.3)).flatMap((at) =>
      [7, 15, 45, 60, 70, 240, 1440].map((minutes) => ({ zone, at, minutes }))
    )
  );
}

Deno.test("the next boundary of the wall clock is the first minute that reads so, also when the clock changes", async () => {
  const asked = zones.flatMap(questions);
  const answers = await withDatabase((db) =>
    db.query<{ at: number }>(
      `select (extract(epoch from calendar.next_boundary(to_timestamp(q.at * 60.0), q.minutes, q.zone)) / 60)::float8 as at
       from rows from (jsonb_to_recordset($1::text::jsonb) as (zone text, at integer, minutes integer)) with ordinality as q(zone, at, minutes, n)
       order by q.n`,
      [JSON.stringify(asked)],
    )
  );
  const clocks = new Map(zones.map((zone) => [zone, clockOf(stretches(zone, begin - 4 * 1440, end + 4 * 1440))]));
  const wrong = asked.flatMap(({ zone, at, minutes }, n) => {
    let expected = at;
    while (clocks.get(zone)!.reading(expected) % minutes !== 0) expected++;
    return answers[n]!.at === expected ? [] : [{ zone, at, minutes, expected, got: answers[n]!.at }];
  });
  assert.deepEqual(wrong, []);
  assert.ok(asked.length > 5000);
});
