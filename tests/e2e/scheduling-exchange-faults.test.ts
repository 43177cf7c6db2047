import assert from "node:assert/strict";
import { assertDocumented } from "./contract.ts";
import { newFilledConference, request, send } from "./exchange-fixture.ts";
import { asUser } from "./fixture.ts";

const conference = await newFilledConference();

const head = "date,time,home_team,away_team\n";
const utf16 = (text: string) => {
  const bytes = new Uint8Array(2 + text.length * 2);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 0xfeff, true);
  for (let at = 0; at < text.length; at++) view.setUint16(2 + at * 2, text.charCodeAt(at), true);
  return bytes;
};
const latin1 = (text: string) => Uint8Array.from(text, (sign) => sign.charCodeAt(0));

Deno.test("exchange: files of every kind are read", async (t) => {
  const readable: [string, BodyInit, string?][] = [
    ["a byte order mark", `\ufeff${head}2029-05-01,19:00,KU,AZ\n`],
    ["semicolons", "date;home_team;away_team\r\n2029-05-01;KU;AZ\r\n"],
    ["tabs", "date\thome_team\taway_team\n2029-05-01\tKU\tAZ", "text/tab-separated-values"],
    ["old line ends", "date,home_team,away_team\r2029-05-01,KU,AZ\r"],
    ["UTF-16", utf16(`${head}2029-05-01,19:00,ΟΛΥ,AZ\n`)],
    [
      "Latin-1 that says so",
      latin1("date,home_team,away_team,note\n2029-05-01,KU,AZ,Köln\n"),
      "text/csv; charset=iso-8859-1",
    ],
    ["names and ids in any case, columns with spaces", "Date,Home Team,AWAY-TEAM\n2029-05-01,kansas,Az\n"],
    ["blank lines", `\n${head}\n2029-05-01,19:00,KU,AZ\n\n\n`],
    ["JSON", JSON.stringify([{ date: "2029-05-01", home_team: "KU", away_team: "AZ" }]), "application/json"],
  ];
  for (const [name, file, type] of readable) {
    await t.step(name, async () => {
      const { body, text } = await send(conference, "games", file, { type });
      assert.deepEqual([body.added, body.faults], [1, 0], text);
    });
  }
});

Deno.test("exchange: files that cannot be read are refused with the line", async (t) => {
  const unreadable: [string, BodyInit, number, RegExp, string?][] = [
    ["nothing but a wrong header", "when,who\n1,2\n", 1, /no column of games has this name/],
    ["no rows, no header", "\n", 1, /empty/],
    ["a column twice", "date,date\n1,2\n", 1, /two columns/],
    ["a cell too many", `${head}2029-05-01,19:00,KU,AZ\n2029-05-01,19:00,KU,AZ,5\n`, 3, /5 cells/],
    ["a quote that is not closed", `${head}2029-05-01,19:00,KU,"AZ\n2029-05-02,,KU,AZ\n`, 2, /[Qq]uote/],
    ["Latin-1 that does not say so", latin1(`${head}2029-05-01,19:00,KU,AZ\n2029-05-02,19:00,Köln,AZ\n`), 3, /UTF-8/],
    ["UTF-16 without its mark", utf16(`${head}2029-05-01,19:00,KU,AZ\n`).slice(2), 1, /UTF-16/],
    ["a NUL", `${head}2029-05-01,19:00,KU,AZ\n2029-05-02,19:00,KU\0,AZ\n`, 3, /NUL/],
    ["half a JSON", '[\n{"date": ', 2, /JSON/, "application/json"],
    ["JSON of something else", '[{"day": 1}]', 1, /no such field/, "application/json"],
    ["no workbook", "PK", 1, /workbook/, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"],
  ];
  for (const [name, file, line, message, type] of unreadable) {
    await t.step(name, async () => {
      const answer = await send(conference, "games", file, { type, dryRun: false });
      assert.deepEqual(
        [answer.status, answer.body.code, answer.body.line],
        [422, "unreadable_file", line],
        answer.text,
      );
      assert.match(answer.body.detail, message);
      assertDocumented(answer);
    });
  }
  const image = await send(conference, "games", "x", { type: "image/png" });
  assert.equal(image.status, 415, image.text);
  const headerOnly = await send(conference, "games", head);
  assert.equal(headerOnly.body.code, "import_empty", headerOnly.text);
  const huge = await send(conference, "games", new Uint8Array(17 * 1024 * 1024), { type: "application/json" });
  assert.equal(huge.status, 413, huge.text);
  const left = await request("GET", `/imports?organization_id=${conference.organizationId}`, asUser(conference.owner));
  assert.deepEqual(
    left.body.items.filter(({ status }: { status: string }) => status === "open"),
    [],
    "nothing is left of them",
  );
});

Deno.test("exchange: each fault is told by its line and column, and nothing is applied", async () => {
  const file = `id,round,date,time,time_zone,home_team,away_team,venue,neutral,status,attendance,starts_at,ends_at
,,2029-02-30,25:00,Mars/Base,KU,KU,Nowhere,maybe,done,many,soon,later
,7,05/06/2029,19:00,,Nobody,,AFH,,scheduled,10,,
00000000-0000-4000-8000-000000000000,,2028-05-01,,,KU,AZ,,,,,,
,,2029-03-11,02:30,,KU,AZ,,,,,,
,,2029-05-05,19:00,,KU,AZ,,,,,2029-05-05T19:00:00Z,2029-05-05T18:00:00Z
,,2029-06-01,19:00,,KU,AZ,,,,,,
,,2029-06-01,19:00,,KU,AZ,,,,,,
`;
  const { status, body, text } = await send(conference, "games", file, { dryRun: false });
  assert.deepEqual([status, body.code], [422, "import_faulty"], text);
  const told = body.import.problems.map((p: Record<string, unknown>) => `${p.line} ${p.column} ${p.code}`);
  assert.deepEqual(told, [
    "2 date not_a_date",
    "2 time not_a_time",
    "2 time_zone unknown_time_zone",
    "2 starts_at not_an_instant",
    "2 ends_at not_an_instant",
    "2 venue unknown_venue",
    "2 away_team same_team",
    "2 neutral not_yes_or_no",
    "2 status unknown_status",
    "2 attendance not_a_number",
    "3 round unknown_round",
    "3 date not_a_date",
    "3 home_team unknown_team",
    "3 away_team missing",
    "3 attendance only_when_played",
    "4 id unknown_id",
    "4 date not_in_season",
    "5 time no_such_time",
    "6 starts_at times_disagree",
    "7 home_team duplicate",
    "8 home_team duplicate",
  ], text);
  assert.equal(body.import.faults, told.length);
  assert.equal(
    (await send(conference, "games", head + "2029-06-01,19:00,KU,AZ\n")).body.added,
    1,
    "nothing of it was applied",
  );
});

Deno.test("exchange: of wall clock and instant, whichever was changed counts", async () => {
  const { body: { games } } = await request(
    "GET",
    `/schedules/${conference.scheduleId}/export?format=json&what=games`,
    asUser(conference.owner),
  );
  const game = games[0];
  const change = async (more: Record<string, unknown>) => {
    const answer = await send(conference, "games", JSON.stringify([{ ...game, ...more }]), {
      type: "application/json",
    });
    return [answer.body.changed, ...answer.body.problems.map(({ code }: { code: string }) => code)];
  };
  assert.deepEqual(await change({}), [0]);
  assert.deepEqual(await change({ time: "20:00" }), [1]);
  assert.deepEqual(await change({ date: "2029-01-08" }), [1]);
  assert.deepEqual(await change({ starts_at: "2029-01-07T02:00:00Z" }), [1]);
  assert.deepEqual(await change({ time: null }), [1]);
  assert.deepEqual(await change({ time: "20:00", starts_at: "2029-01-07T03:00:00Z" }), [1, "times_disagree"]);
});
