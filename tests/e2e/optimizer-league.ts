import { answerOf } from "../../shared/db/answer.ts";
import type { Json } from "../../shared/db/types.ts";
import type { LeagueDocument } from "../../shared/scheduling/document.ts";
import { asUser, callScheduling, newUser, secretWord, type User } from "./fixture.ts";

const idOf = (document: Json) => (document as { id: string }).id;

export interface League {
  organizationId: string;
  owner: User;
  seasonId: string;
  teamIds: string[];
  /** A double round robin, a round each Saturday; no games yet. */
  scheduleId: string;
}

/** A conference of its own, teams in a line of places two degrees apart. */
export async function newLeague(teams = 6, rounds = 2 * (teams - 1)): Promise<League> {
  const owner = await newUser();
  const { client } = owner;
  const organization_id = idOf(
    await answerOf(client.rpc("create_organization", {
      name: `${secretWord} Conference`,
      slug: `conference-${crypto.randomUUID().slice(0, 8)}`,
      kind: "athletics",
      time_zone: "America/Chicago",
    })),
  );
  const sport_id = idOf(await answerOf(client.rpc("create_sport", { organization_id, sport: { name: "Basketball" } })));
  const season = { name: "2029", starts_on: "2029-01-01", ends_on: "2029-12-31" };
  const seasonId = idOf(await answerOf(client.rpc("create_season", { sport_id, season })));
  const teamIds: string[] = [];
  for (let n = 0; n < teams; n++) {
    const place = { time_zone: "America/Chicago", latitude: 40, longitude: -100 + 2 * n };
    const venue = { name: `Arena ${n}`, spectators: 9_000, ...place };
    const venue_id = idOf(await answerOf(client.rpc("create_venue", { organization_id, venue })));
    const team = { name: `Team ${n}`, code: `T${String(n).padStart(2, "0")}`, venue_id, time_zone: place.time_zone };
    teamIds.push(idOf(await answerOf(client.rpc("create_team", { sport_id, team }))));
  }
  const league = { organizationId: organization_id, owner, seasonId, teamIds, scheduleId: "" };
  league.scheduleId = await newSchedule(league, rounds);
  return league;
}

/** A draft of all teams, with as many rounds; a double round robin unless said. */
export async function newSchedule({ owner, seasonId }: League, rounds: number, format = "double_round_robin") {
  const schedule = {
    name: `Draft ${crypto.randomUUID().slice(0, 4)}`,
    format,
    rounds: { from: "2029-01-06", every_days: 7, count: rounds, starts: "19:00" },
  };
  return idOf(await answerOf(owner.client.rpc("create_schedule", { season_id: seasonId, schedule })));
}

export async function addConstraint({ owner }: League, schedule_id: string, rule: Record<string, Json>) {
  return idOf(await answerOf(owner.client.rpc("add_schedule_constraint", { schedule_id, rule })));
}

/** What the optimizer would be given of a schedule now, or of a version of it. */
export async function documentOf({ client }: User, schedule_id: string, number?: number): Promise<LeagueDocument> {
  const read = await answerOf(client.rpc("read_league", { schedule_id, ...(number ? { number } : {}) }));
  return (read as unknown as { league: LeagueDocument }).league;
}

export const optimize = (user: User, scheduleId: string, terms: object, headers: Record<string, string> = {}) =>
  callScheduling("POST", `/schedules/${scheduleId}/optimize`, { ...asUser(user), ...headers }, terms);

export const readRun = (user: User, id: string) => callScheduling("GET", `/runs/${id}`, asUser(user));

/** The run, once it is over; nobody but the pump's workers acts meanwhile. */
export async function ended(user: User, id: string, seconds = 120) {
  for (const until = Date.now() + seconds * 1_000; Date.now() < until;) {
    const { body } = await readRun(user, id);
    if (["succeeded", "failed", "cancelled"].includes(body.status)) return body;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`run ${id} did not end: ${(await readRun(user, id)).text}`);
}
