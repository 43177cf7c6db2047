import assert from "node:assert/strict";
import { Import } from "../../supabase/functions/scheduling/imports/schemas.ts";
import { assertDocumented } from "./contract.ts";
import {
  download,
  gamesFile,
  newConference,
  newFilledConference,
  newSchedule,
  request,
  send,
  tally,
  teamsFile,
  venuesFile,
} from "./exchange-fixture.ts";
import { asGuest, asUser, newUser } from "./fixture.ts";

const conference = await newFilledConference();
const { owner, viewer, scheduleId, organizationId, sportId } = conference;

const xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const types = { csv: "text/csv", xlsx, json: "application/json" };

Deno.test("exchange: what is exported and imported again changes nothing, in each format", async (t) => {
  for (const format of ["csv", "xlsx", "json"] as const) {
    for (const what of ["games", "teams", "venues", "rounds", "matchups", "constraints"]) {
      await t.step(`${format} of ${what}`, async () => {
        const file = await download(conference, `/schedules/${scheduleId}/export?format=${format}&what=${what}`);
        const answer = await send(conference, what, file, { type: types[format], dryRun: false });
        const rows = { games: 5, teams: 4, venues: 3 }[what];
        if (!rows) return assert.equal(answer.body.code, "import_empty", answer.text);
        assert.equal(answer.status, 201, answer.text);
        assert.deepEqual(tally(answer.body), [0, 0, rows, 0], answer.text);
      });
    }
  }
  await t.step("a whole schedule as JSON", async () => {
    const file = await download(conference, `/schedules/${scheduleId}/export?format=json`);
    const answer = await send(conference, "schedule", file, { type: types.json, dryRun: false });
    assert.deepEqual(tally(answer.body), [0, 0, 12, 0], answer.text);
  });
  await t.step("an organization's teams and venues", async () => {
    for (const what of ["teams", "venues"]) {
      const query = new URLSearchParams({ organization_id: organizationId, what, sport_id: sportId, format: "csv" });
      const answer = await send(conference, what, await download(conference, `/export?${query}`));
      assert.deepEqual(tally(answer.body), [0, 0, what === "teams" ? 4 : 3, 0], answer.text);
    }
  });
});

Deno.test("exchange: nothing in a file is run as a formula, and all comes back as it was", async () => {
  const text = new TextDecoder().decode(await download(conference, `/schedules/${scheduleId}/export?format=csv`));
  assert.match(text, /"'=HYPERLINK\(""http:\/\/x""\)"/);
  assert.match(text, /,'=1\+1,/);
  assert.match(text, /"first\nline, second"/);
  assert.match(text, /,2029-03-31,22:00,America\/Chicago,/, "noon in Tokyo is told at the venue's wall clock");
  const { body } = await request("GET", `/schedules/${scheduleId}/export?format=json&what=games`, asUser(owner));
  assert.deepEqual(
    body.games.map(({ note }: { note: string }) => note),
    ["first\nline, second", '=HYPERLINK("http://x")', "'quoted", null, "日本"],
  );
});

Deno.test("exchange: a schedule is printed, and taken into a calendar", async () => {
  const pdf = await download(conference, `/schedules/${scheduleId}/export?format=pdf&paper=a4&locale=el`);
  assert.equal(new TextDecoder().decode(pdf.slice(0, 5)), "%PDF-");
  const ics = await request("GET", `/schedules/${scheduleId}/export?format=ics`, asUser(owner));
  assert.match(ics.text, /^BEGIN:VCALENDAR\r\n/);
  assert.match(ics.headers.get("content-disposition")!, /filename="Main.ics"/);
});

Deno.test("exchange: the same file is checked, then applied, once a key", async () => {
  const other = await newSchedule(owner, conference.seasonId, "Other");
  const checked = await send(conference, "games", gamesFile, { schedule: other });
  assert.equal(checked.status, 201, checked.text);
  const { id, status, ...report } = Import.parse(checked.body);
  assert.deepEqual([status, tally(report)], ["checked", [5, 0, 0, 0]]);
  assert.deepEqual(
    (await request("GET", `/schedules/${other}/export?format=json&what=games`, asUser(owner))).body.games,
    [],
  );
  const answers = await Promise.all([1, 2].map(() => request("POST", `/imports/${id}/apply`, asUser(owner))));
  assert.deepEqual(answers.map(({ body }) => [body.status, tally(body)]), Array(2).fill(["applied", [5, 0, 0, 0]]));
  const key = crypto.randomUUID();
  const again = () => send(conference, "games", gamesFile, { schedule: other, key, dryRun: false });
  assert.deepEqual((await again()).body, (await again()).body);
  const another = await send(conference, "games", `${gamesFile}\n`, { schedule: other, key, dryRun: false });
  assert.equal(another.body.code, "idempotency_mismatch", another.text);
  assertDocumented(another);
});

Deno.test("exchange: two of the same at once add it once", async () => {
  const other = await newSchedule(owner, conference.seasonId, "Twice");
  const answers = await Promise.all(
    [1, 2].map(() => send(conference, "games", gamesFile, { schedule: other, dryRun: false })),
  );
  assert.deepEqual(answers.map(({ body }) => tally(body)).sort(), [[0, 0, 5, 0], [5, 0, 0, 0]]);
});

Deno.test("exchange: parts come in any order and again", async () => {
  const other = await newSchedule(owner, conference.seasonId, "Parts");
  const { body: { id } } = await send(conference, "games", undefined, { schedule: other });
  const part = (number: number, text: string) =>
    request("PUT", `/imports/${id}/parts/${number}`, { ...asUser(owner), "content-type": "text/csv" }, text);
  const head = "date,home_team,away_team\n";
  assert.deepEqual((await part(2, `${head}2029-02-01,KU,AZ\n2029-02-02,AZ,KU\n`)).body, { part: 2, rows: 2 });
  assert.equal((await part(1, `${head}2029-02-03,KU,nobody\n`)).body.rows, 1);
  assert.deepEqual(
    (await request("POST", `/imports/${id}/apply`, asUser(owner))).body.import.problems.map(
      (p: Record<string, unknown>) => [p.part, p.line, p.column, p.code, p.value],
    ),
    [[1, 2, "away_team", "unknown_team", "nobody"]],
  );
  assert.equal((await part(1, `${head}2029-02-03,KU,AZ\n`)).body.rows, 1);
  const applied = await request("POST", `/imports/${id}/apply`, asUser(owner));
  assert.deepEqual(tally(applied.body), [3, 0, 0, 0], applied.text);
  assert.equal((await part(3, `${head}2029-02-04,KU,AZ\n`)).body.code, "import_closed");
});

Deno.test("exchange: who may not, may not", async () => {
  const outsider = await newUser();
  const elsewhere = await newConference();
  const refused = async (as: Record<string, string>, code: string) => {
    const answer = await send(conference, "games", gamesFile, { as, dryRun: false });
    assert.equal(answer.body.code, code, answer.text);
    assertDocumented(answer);
  };
  await refused(asUser(viewer), "permission_denied");
  await refused(asUser(outsider), "permission_denied");
  await refused(asGuest(), "not_authenticated");
  const { body: { id } } = await send(conference, "venues", venuesFile);
  for (const [method, path] of [["GET", ""], ["POST", "/apply"], ["POST", "/check"], ["DELETE", ""]] as const) {
    const { status } = await request(method, `/imports/${id}${path}`, asUser(elsewhere.owner));
    assert.equal(status, 404, `${method} ${path}`);
  }
  const into = await send(elsewhere, "games", gamesFile, { schedule: scheduleId });
  assert.equal(into.status, 404, into.text);
  assert.equal((await request("GET", `/schedules/${scheduleId}/export?format=csv`, asUser(outsider))).status, 404);
  assert.equal((await request("GET", `/schedules/${scheduleId}/export?format=csv`, asUser(viewer))).status, 200);
  const theirs = new TextDecoder().decode(
    await download(conference, `/schedules/${scheduleId}/export?format=csv&what=teams`),
  );
  const foreign = await send(elsewhere, "teams", theirs);
  assert.deepEqual(
    foreign.body.problems.filter(({ column }: { column: string }) => column === "id").map((
      { code }: { code: string },
    ) => code),
    Array(4).fill("unknown_id"),
    "ids of another organization are none here",
  );
  assert.equal((await request("DELETE", `/imports/${id}`, asUser(owner))).status, 204);
});

Deno.test("exchange: teams and venues are changed by their files too", async () => {
  const other = await newConference();
  assert.equal((await send(other, "venues", venuesFile, { dryRun: false })).status, 201);
  assert.equal((await send(other, "teams", teamsFile, { dryRun: false })).status, 201);
  const changed = await send(other, "venues", "code,latitude,longitude,spectators\nMC,32.5,-110.5,\n", {
    dryRun: false,
  });
  assert.deepEqual(tally(changed.body), [0, 1, 0, 0], changed.text);
  const again = await send(other, "venues", "code,latitude,longitude,spectators\nMC,32.5,-110.5,\n");
  assert.deepEqual(tally(again.body), [0, 0, 1, 0], again.text);
});
