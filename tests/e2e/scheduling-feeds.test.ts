import assert from "node:assert/strict";
import ICAL from "ical.js";
import { answerOf } from "../../shared/db/answer.ts";
import { assertDocumented } from "./contract.ts";
import { newFilledConference, request, send } from "./exchange-fixture.ts";
import { asGuest, asUser, newUser } from "./fixture.ts";

const conference = await newFilledConference();
const { owner, viewer, scheduleId } = conference;
const { client } = owner;

interface Game {
  id: string;
  date: string;
  home_team: string;
  away_team: string;
}

const games = async (): Promise<Game[]> =>
  (await request("GET", `/schedules/${scheduleId}/export?format=json&what=games`, asUser(owner))).body.games;
const idOf = async (name: string) =>
  (await answerOf(
    client.from("teams").select("id").eq("organization_id", conference.organizationId).eq("code", name).single<
      { id: string }
    >(),
  )).id;
const venueOf = async (code: string) =>
  (await answerOf(
    client.from("venues").select("id").eq("organization_id", conference.organizationId).eq("code", code).single<
      { id: string }
    >(),
  )).id;

async function subscribe(kind: string, subject_id: string): Promise<{ id: string; url: string }> {
  const answer = await request(
    "POST",
    "/feeds",
    { ...asUser(owner), "content-type": "application/json" },
    JSON.stringify({ kind, subject_id }),
  );
  assert.equal(answer.status, 201, answer.text);
  return answer.body;
}

/** A calendar as programs keep it: by UID, a newer SEQUENCE in place of an older one. */
class Calendar {
  readonly events = new Map<string, InstanceType<typeof ICAL.Event>>();
  etag?: string;

  constructor(readonly url: string) {}

  async refresh(): Promise<number> {
    const headers = this.etag ? { "if-none-match": this.etag } : undefined;
    const response = await fetch(this.url, { headers });
    const text = await response.text();
    if (response.status !== 200) return response.status;
    this.etag = response.headers.get("etag")!;
    const calendar = new ICAL.Component(ICAL.parse(text));
    for (const zone of calendar.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);
    for (const component of calendar.getAllSubcomponents("vevent")) {
      const event = new ICAL.Event(component);
      const known = this.events.get(event.uid);
      if (!known || event.sequence >= known.sequence) this.events.set(event.uid, event);
    }
    return 200;
  }

  of(id: string) {
    const event = this.events.get(`${id}@almanac`)!;
    return {
      summary: event.summary,
      status: event.component.getFirstPropertyValue("status"),
      start: event.startDate.toJSDate().toISOString(),
      wall: event.startDate.toString(),
      zone: event.startDate.zone.tzid,
      location: event.location,
    };
  }
}

await send(conference, "games", "date,time,home_team,away_team,venue\n2029-03-25,13:00,=1+1,AZ,AFH\n", {
  dryRun: false,
});
const all = await games();
const feeds = {
  team: new Calendar((await subscribe("team", await idOf("KU"))).url),
  venue: new Calendar((await subscribe("venue", await venueOf("AFH"))).url),
  schedule: new Calendar((await subscribe("schedule", scheduleId)).url),
};

Deno.test("feeds: nothing but what is published", async () => {
  for (const feed of Object.values(feeds)) {
    assert.equal(await feed.refresh(), 200);
    assert.equal(feed.events.size, 0);
  }
});

Deno.test("feeds: games stand at the wall clock of their venue, whatever the day's clocks do", async () => {
  await answerOf(client.rpc("publish_schedule", { schedule_id: scheduleId }));
  for (const feed of Object.values(feeds)) assert.equal(await feed.refresh(), 200);
  assert.deepEqual([feeds.team.events.size, feeds.venue.events.size, feeds.schedule.events.size], [4, 3, 5]);
  const [winter, phoenix, athens] = all;
  assert.deepEqual(feeds.team.of(winter!.id), {
    summary: "Arizona at Kansas",
    status: "CONFIRMED",
    start: "2029-01-07T01:00:00.000Z",
    wall: "2029-01-06T19:00:00",
    zone: "America/Chicago",
    location: 'Allen "Phog" Fieldhouse',
  });
  assert.deepEqual([feeds.team.of(phoenix!.id).start, feeds.team.of(phoenix!.id).zone], [
    "2029-03-11T06:30:00.000Z",
    "America/Phoenix",
  ]);
  assert.deepEqual([feeds.team.of(athens!.id).start, feeds.team.of(athens!.id).summary], [
    "2029-03-24T18:15:00.000Z",
    "Kansas at Ολυμπιακός",
  ]);
  const text = await (await fetch(feeds.team.url)).text();
  for (const line of text.split("\r\n")) assert.ok(new TextEncoder().encode(line).length <= 75, line);
  assert.match(text, /REFRESH-INTERVAL;VALUE=DURATION:PT1H/);
});

Deno.test("feeds: changes, postponements and cancellations reach who subscribed", async () => {
  const [first, second, third, fourth] = all;
  const uids = [...feeds.schedule.events.keys()];
  assert.equal(await feeds.schedule.refresh(), 304, "nothing has changed");
  const changes = { plays_on: "2029-01-08", starts_at: "2029-01-09T02:00:00Z" };
  await answerOf(client.rpc("update_game", { game_id: first!.id, changes }));
  await answerOf(client.rpc("postpone_game", { game_id: second!.id }));
  await answerOf(client.rpc("cancel_game", { game_id: third!.id }));
  await answerOf(client.rpc("update_game", { game_id: fourth!.id, changes: { venue_id: await venueOf("MC") } }));
  for (const feed of Object.values(feeds)) assert.equal(await feed.refresh(), 200);
  assert.equal(feeds.schedule.of(first!.id).wall, "2029-01-08T20:00:00");
  assert.match(feeds.schedule.of(second!.id).summary, /^Postponed: /);
  assert.equal(feeds.schedule.of(third!.id).status, "CANCELLED");
  assert.deepEqual([...feeds.schedule.events.keys()], uids, "all of them are the events they were");
  assert.equal(feeds.schedule.of(fourth!.id).location, "McKale Center");
  if (fourth!.home_team === "=1+1") {
    assert.equal(feeds.venue.of(fourth!.id).status, "CANCELLED", "it has left the venue");
  }
});

Deno.test("feeds: what is taken back is cancelled, and stands again when it is published again", async () => {
  await answerOf(client.rpc("unpublish_schedule", { schedule_id: scheduleId }));
  await feeds.schedule.refresh();
  assert.deepEqual(
    [...feeds.schedule.events.values()].map((e) => e.component.getFirstPropertyValue("status")),
    Array(5).fill("CANCELLED"),
  );
  await answerOf(client.rpc("publish_schedule", { schedule_id: scheduleId }));
  await feeds.schedule.refresh();
  assert.equal(feeds.schedule.of(all[0]!.id).status, "CONFIRMED");
});

Deno.test("feeds: links are theirs to make, change and revoke, who publish", async () => {
  const feed = await subscribe("schedule", scheduleId);
  const body = JSON.stringify({ kind: "schedule", subject_id: scheduleId });
  const json = { "content-type": "application/json" };
  const refused = [[asUser(viewer), 403], [asUser(await newUser()), 404], [asGuest(), 401]] as const;
  for (const [as, status] of refused) {
    const made = await request("POST", "/feeds", { ...as, ...json }, body);
    assert.equal(made.status, status, made.text);
    assertDocumented(made);
    assert.equal((await request("DELETE", `/feeds/${feed.id}`, as)).status, status);
    assert.equal((await request("POST", `/feeds/${feed.id}/rotate`, as)).status, status);
  }
  const rotated = (await request("POST", `/feeds/${feed.id}/rotate`, asUser(owner))).body;
  assert.notEqual(rotated.url, feed.url);
  assert.equal((await fetch(feed.url).then((r) => (r.body?.cancel(), r))).status, 404);
  assert.equal((await fetch(rotated.url).then((r) => (r.body?.cancel(), r))).status, 200);
  const forged = rotated.url.replace(/.\.ics$/, (end: string) => (end[0] === "A" ? "B.ics" : "A.ics"));
  assert.equal((await fetch(forged).then((r) => (r.body?.cancel(), r))).status, 404);
  assert.equal((await request("DELETE", `/feeds/${feed.id}`, asUser(owner))).body.url, null);
  assert.equal((await fetch(rotated.url).then((r) => (r.body?.cancel(), r))).status, 404);
  const listed = await request("GET", `/feeds?organization_id=${conference.organizationId}`, asUser(owner));
  assert.equal(listed.body.items.length, 4, listed.text);
  assert.doesNotMatch(listed.text, /key|token|\.ics/);
  assert.deepEqual(
    (await request("GET", `/feeds?organization_id=${conference.organizationId}`, asUser(viewer))).body.items,
    [],
  );
});
