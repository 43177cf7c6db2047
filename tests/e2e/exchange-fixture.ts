import assert from "node:assert/strict";
import { answerOf } from "../../shared/db/answer.ts";
import type { Json } from "../../shared/db/types.ts";
import { type Answer, asUser, newUser, stack, type User } from "./fixture.ts";

export interface Conference {
  organizationId: string;
  sportId: string;
  seasonId: string;
  scheduleId: string;
  owner: User;
  viewer: User;
}

const idOf = (document: Json) => (document as { id: string }).id;

/** Venues and teams in several scripts, and with what spreadsheets would run. */
export const venuesFile = `code,name,time_zone,latitude,longitude,spectators\r
AFH,"Allen ""Phog"" Fieldhouse",America/Chicago,38.9543,-95.2528,16300\r
MC,McKale Center,America/Phoenix,32.2303,-110.9467,14644\r
ΣΕΦ,Στάδιο Ειρήνης και Φιλίας,Europe/Athens,37.9429,23.6694,\r
`;
export const teamsFile = `code;name;division;venue\r
KU;Kansas;East;AFH\r
AZ;Arizona;West;mc\r
ΟΛΥ;Ολυμπιακός;East;ΣΕΦ\r
=1+1;"Łódź ""=cmd|' /C calc'!A0""";West;\r
`;
export const gamesFile = `date,time,time_zone,home_team,away_team,venue,neutral,note
2029-01-06,19:00,,KU,AZ,AFH,false,"first
line, second"
2029-03-10,23:30,,AZ,KU,MC,false,=HYPERLINK("http://x")
2029-03-24,20:15,,ΟΛΥ,KU,ΣΕΦ,false,'quoted
2029-03-25,,,=1+1,AZ,,true,
2029-03-31,12:00,Asia/Tokyo,KU,ΟΛΥ,AFH,yes,日本
`;

/** A conference with a season of a year and an empty schedule; its people come by the commands that clients use. */
export async function newConference(): Promise<Conference> {
  const [owner, viewer] = await Promise.all([newUser(), newUser()]);
  const { client } = owner;
  const organizationId = idOf(
    await answerOf(client.rpc("create_organization", {
      name: "Conference",
      slug: `conference-${crypto.randomUUID().slice(0, 8)}`,
      kind: "conference",
      time_zone: "America/Chicago",
    })),
  );
  const invited = await answerOf(
    client.rpc("invite_member", { organization_id: organizationId, email: viewer.email, role: "viewer" }),
  );
  await answerOf(viewer.client.rpc("accept_invitation", { token: (invited as { token: string }).token }));
  const sport = { name: "Basketball", game_minutes: 120 };
  const sportId = idOf(await answerOf(client.rpc("create_sport", { organization_id: organizationId, sport })));
  const season = { name: "2029", starts_on: "2029-01-01", ends_on: "2029-12-31" };
  const seasonId = idOf(await answerOf(client.rpc("create_season", { sport_id: sportId, season })));
  const scheduleId = await newSchedule(owner, seasonId, "Main");
  return { organizationId, sportId, seasonId, scheduleId, owner, viewer };
}

export async function newSchedule({ client }: User, season_id: string, name: string): Promise<string> {
  return idOf(await answerOf(client.rpc("create_schedule", { season_id, schedule: { name, format: "custom" } })));
}

interface Sending {
  type?: string;
  key?: string;
  dryRun?: boolean;
  as?: Record<string, string>;
  schedule?: string;
}

/** `POST /imports` of a file. */
export async function send(
  { organizationId, sportId, scheduleId, owner }: Conference,
  what: string,
  file: BodyInit | undefined,
  { type = "text/csv", key, dryRun = true, as = asUser(owner), schedule = scheduleId }: Sending = {},
): Promise<Answer> {
  const query = new URLSearchParams({ organization_id: organizationId, what, dry_run: `${dryRun}` });
  if (what !== "venues" && what !== "teams") query.set("schedule_id", schedule);
  if (what === "teams") query.set("sport_id", sportId);
  return await request("POST", `/imports?${query}`, {
    ...as,
    ...file !== undefined && { "content-type": type },
    ...key && { "idempotency-key": key },
  }, file);
}

export async function request(
  method: string,
  path: string,
  headers: Record<string, string>,
  body?: BodyInit,
): Promise<Answer> {
  const response = await fetch(`${stack.url}/functions/v1/scheduling${path}`, { method, headers, body });
  const text = await response.clone().text();
  return {
    functionName: "scheduling",
    request: `${method} ${path}`,
    status: response.status,
    headers: response.headers,
    text,
    body: /json/.test(response.headers.get("content-type") ?? "") ? JSON.parse(text) : undefined,
  };
}

/** The exported file, byte for byte. */
export async function download(
  { owner }: Conference,
  path: string,
  as = asUser(owner),
): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(`${stack.url}/functions/v1/scheduling${path}`, { headers: as });
  assert.equal(response.status, 200, await response.clone().text());
  return new Uint8Array(await response.arrayBuffer());
}

// deno-lint-ignore no-explicit-any
export const tally = ({ added, changed, unchanged, faults }: any) => [added, changed, unchanged, faults];

/** A conference whose venues, teams and games came by files. */
export async function newFilledConference(): Promise<Conference> {
  const conference = await newConference();
  for (const [what, file] of [["venues", venuesFile], ["teams", teamsFile], ["games", gamesFile]] as const) {
    const { status, text } = await send(conference, what, file, { dryRun: false });
    assert.equal(status, 201, text);
  }
  return conference;
}
