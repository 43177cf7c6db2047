import assert from "node:assert/strict";
import { Problem } from "../../../../shared/http/problem.ts";
import { cpuClock } from "../../../../shared/testing.ts";
import { normalRule, occurrencesOf } from "./recurrence.ts";

const berlin = "Europe/Berlin";
const days = (rule: string, startsAt: string, zone = berlin) =>
  occurrencesOf(rule, startsAt, zone).map((instant) => instant.replace(":00.000Z", "").slice(0, 16));

function refusalOf(rule: string, startsAt = "2027-03-02T08:00:00Z"): [unknown, string] {
  try {
    occurrencesOf(rule, startsAt, berlin);
  } catch (error) {
    assert.ok(error instanceof Problem, `${rule}: ${error}`);
    assert.deepEqual([error.code, error.status], ["invalid_rule", 422]);
    return [error.members.reason, error.detail];
  }
  return ["none", ""];
}

Deno.test("the time of day stays put across both clock changes", () => {
  assert.deepEqual(days("FREQ=WEEKLY;COUNT=3", "2027-03-16T08:00:00Z"), [
    "2027-03-16T08:00",
    "2027-03-23T08:00",
    "2027-03-30T07:00",
  ]);
  assert.deepEqual(days("FREQ=WEEKLY;COUNT=2", "2026-10-20T07:00:00Z"), ["2026-10-20T07:00", "2026-10-27T08:00"]);
  assert.deepEqual(days("FREQ=WEEKLY;COUNT=2", "2027-03-30T22:00:00Z", "Australia/Lord_Howe"), [
    "2027-03-30T22:00",
    "2027-04-06T22:30",
  ]);
});

Deno.test("a time that a clock change leaves out is left out; one that comes twice is the first", () => {
  assert.deepEqual(days("FREQ=DAILY;COUNT=3", "2027-03-27T01:30:00Z"), [
    "2027-03-27T01:30",
    "2027-03-29T00:30",
    "2027-03-30T00:30",
  ]);
  assert.deepEqual(days("FREQ=DAILY;COUNT=2", "2026-10-24T00:30:00Z"), ["2026-10-24T00:30", "2026-10-25T00:30"]);
});

Deno.test("COUNT counts the first; UNTIL includes its own instant", () => {
  assert.equal(days("FREQ=DAILY;COUNT=1", "2027-03-02T08:00:00Z").length, 1);
  assert.equal(days("FREQ=WEEKLY;UNTIL=20270316T080000Z", "2027-03-02T08:00:00Z").length, 3);
  assert.equal(days("FREQ=WEEKLY;UNTIL=20270316T075959Z", "2027-03-02T08:00:00Z").length, 2);
});

Deno.test("months end where they end, and leap days come when they come", () => {
  assert.deepEqual(days("FREQ=MONTHLY;BYDAY=-1FR;COUNT=3", "2027-01-29T08:00:00Z"), [
    "2027-01-29T08:00",
    "2027-02-26T08:00",
    "2027-03-26T08:00",
  ]);
  assert.deepEqual(days("FREQ=MONTHLY;BYMONTHDAY=31;COUNT=3", "2027-01-31T08:00:00Z"), [
    "2027-01-31T08:00",
    "2027-03-31T07:00",
    "2027-05-31T07:00",
  ]);
  assert.deepEqual(days("FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=3", "2027-01-31T08:00:00Z")[1], "2027-02-28T08:00");
  assert.deepEqual(days("FREQ=YEARLY;COUNT=2", "2028-02-29T08:00:00Z"), ["2028-02-29T08:00", "2032-02-29T08:00"]);
});

Deno.test("several days, hours and positions", () => {
  assert.deepEqual(
    days("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH;COUNT=4", "2027-03-02T08:00:00Z").map((d) => d.slice(8, 10)),
    [
      "02",
      "04",
      "16",
      "18",
    ],
  );
  assert.deepEqual(days("FREQ=DAILY;BYHOUR=9,15;COUNT=3", "2027-03-02T08:00:00Z"), [
    "2027-03-02T08:00",
    "2027-03-02T14:00",
    "2027-03-03T08:00",
  ]);
  assert.equal(days("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=100", "2027-03-31T07:00:00Z").length, 100);
  assert.equal(days("FREQ=HOURLY;INTERVAL=4;COUNT=3", "2027-03-02T08:00:00Z")[2], "2027-03-02T16:00");
});

Deno.test("a rule may carry its name and be of small letters", () => {
  assert.equal(normalRule(" rrule:freq=weekly;count=2 "), "FREQ=WEEKLY;COUNT=2");
  assert.equal(days("rrule:freq=weekly;count=2", "2027-03-02T08:00:00Z").length, 2);
});

Deno.test("what cannot be a series says why", async (t) => {
  const cases: [string, string][] = [
    ["", "unsupported"],
    ["every tuesday", "unsupported"],
    ["COUNT=3", "unreadable"],
    ["FREQ=WEEKLY", "endless"],
    ["FREQ=WEEKLY;COUNT=3;UNTIL=20270316T080000Z", "endless"],
    ["FREQ=WEEKLY;UNTIL=20270316", "unreadable"],
    ["FREQ=WEEKLY;UNTIL=20270316T090000", "unreadable"],
    ["FREQ=SECONDLY;COUNT=3", "unsupported"],
    ["FREQ=FORTNIGHTLY;COUNT=3", "unreadable"],
    ["FREQ=DAILY;BYSECOND=0,30;COUNT=3", "unsupported"],
    ["RSCALE=HEBREW;FREQ=YEARLY;COUNT=3", "unsupported"],
    ["FREQ=WEEKLY;constructor=1;COUNT=3", "unsupported"],
    ["FREQ=WEEKLY;__proto__=1;COUNT=3", "unsupported"],
    ["FREQ=WEEKLY;COUNT=3;COUNT=4", "unreadable"],
    ["FREQ=WEEKLY;COUNT=abc", "unreadable"],
    ["FREQ=WEEKLY;COUNT=-1", "unreadable"],
    ["FREQ=WEEKLY;COUNT=0", "too_few"],
    ["FREQ=WEEKLY;INTERVAL=0;COUNT=3", "unreadable"],
    ["FREQ=MONTHLY;BYMONTHDAY=45;COUNT=3", "unreadable"],
    ["FREQ=WEEKLY;BYMONTHDAY=2;COUNT=3", "unreadable"],
    ["FREQ=WEEKLY;BYDAY=XX;COUNT=3", "unreadable"],
    ["FREQ=WEEKLY;COUNT=101", "too_many"],
    ["FREQ=DAILY;COUNT=999999999", "too_many"],
    ["FREQ=DAILY;UNTIL=99991231T235959Z", "too_many"],
    ["FREQ=DAILY;UNTIL=20270101T000000Z", "too_few"],
    ["FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=3", "too_few"],
    ["FREQ=MINUTELY;BYMONTH=2;BYMONTHDAY=30;COUNT=3", "too_few"],
    ["FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30;UNTIL=29991231T000000Z", "too_few"],
    ["FREQ=YEARLY;INTERVAL=9999;COUNT=3", "too_few"],
    ["FREQ=WEEKLY;BYDAY=MO;COUNT=3", "start_not_in_rule"],
    ["FREQ=WEEKLY;COUNT=3\nEXDATE:20270309T080000Z", "unsupported"],
    ["DTSTART:20270302T080000Z\nRRULE:FREQ=WEEKLY;COUNT=3", "unsupported"],
  ];
  for (const [rule, reason] of cases) {
    await t.step(`${rule}: ${reason}`, () => {
      const spent = cpuClock();
      const [told, detail] = refusalOf(rule);
      assert.equal(told, reason, detail);
      assert.ok(spent() < 1_500, "a refusal must not use up the CPU time of a request");
    });
  }
  assert.match(refusalOf("FREQ=WEEKLY;COUNT=3\nEXDATE:20270309T080000Z")[1], /EXDATE/);
});

Deno.test("rules that ask for much work end soon", () => {
  const every = (count: number) => [...Array(count).keys()].join(",");
  for (const freq of ["YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY"]) {
    const clock = cpuClock();
    refusalOf(`FREQ=${freq};BYHOUR=${every(24)};BYMINUTE=${every(60)};BYSETPOS=366;COUNT=100`);
    const spent = clock();
    assert.ok(spent < 1_500, `${freq}: ${spent} ms`);
  }
});

Deno.test("it works where Temporal is not built in, as on hosted Edge Functions", async () => {
  const script = `delete globalThis.Temporal;
    const { occurrencesOf } = await import("${new URL("./recurrence.ts", import.meta.url)}");
    console.log(occurrencesOf("FREQ=WEEKLY;COUNT=2", "2027-03-23T08:00:00Z", "Europe/Berlin")[1]);`;
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), { args: ["eval", script] }).output();
  assert.equal(new TextDecoder().decode(stdout).trim(), "2027-03-30T07:00:00.000Z", new TextDecoder().decode(stderr));
});
