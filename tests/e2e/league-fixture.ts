import assert from "node:assert/strict";
import { ScheduleDetails } from "../../supabase/functions/scheduling/schedules/schemas.ts";
import { Season } from "../../supabase/functions/scheduling/seasons/schemas.ts";
import { Sport } from "../../supabase/functions/scheduling/sports/schemas.ts";
import { Team } from "../../supabase/functions/scheduling/teams/schemas.ts";
import { Venue } from "../../supabase/functions/scheduling/venues/schemas.ts";
import { asUser, callScheduling as call, secretWord, type User } from "./fixture.ts";

/** A name that no other thing of the organization has. */
export const newName = (of = "x") => `${secretWord} ${of} ${crypto.randomUUID().slice(0, 8)}`;
const newCode = () => crypto.randomUUID().slice(0, 8);

async function make(manager: User, path: string, body: object) {
  const answer = await call("POST", path, asUser(manager), body);
  assert.equal(answer.status, 201, answer.text);
  return answer.body;
}

export const newSport = async (manager: User, organization_id: string) =>
  Sport.parse(await make(manager, "/sports", { organization_id, name: newName("ball"), game_minutes: 120 }));

export const newSeason = async (manager: User, sport_id: string) =>
  Season.parse(
    await make(manager, "/seasons", {
      sport_id,
      name: newName("season"),
      starts_on: "2029-01-01",
      ends_on: "2029-12-31",
    }),
  );

export const newVenue = async (manager: User, organization_id: string, more: object = {}) =>
  Venue.parse(
    await make(manager, "/venues", {
      organization_id,
      name: newName("arena"),
      time_zone: "America/Chicago",
      latitude: 42,
      longitude: -93,
      spectators: 10_000,
      ...more,
    }),
  );

export const newTeam = async (manager: User, sport_id: string, more: object = {}) =>
  Team.parse(await make(manager, "/teams", { sport_id, name: newName("team"), code: newCode(), ...more }));

/** A draft of all teams: a double round robin with 30 rounds, each Saturday from 2029-01-06. */
export const newSchedule = async (manager: User, season_id: string, more: object = {}) =>
  ScheduleDetails.parse(
    await make(manager, "/schedules", {
      season_id,
      name: newName("schedule"),
      format: "double_round_robin",
      rounds: { from: "2029-01-06", every_days: 7, count: 30, starts: "19:00" },
      ...more,
    }),
  );

/** A sport with a season and four teams, each at its own venue. */
export async function newLeague(manager: User, organization_id: string) {
  const sport = await newSport(manager, organization_id);
  const season = await newSeason(manager, sport.id);
  const teams = await Promise.all([1, 2, 3, 4].map(async (nth) => {
    const venue = await newVenue(manager, organization_id, { longitude: -90 - nth });
    return await newTeam(manager, sport.id, { venue_id: venue.id, division: nth % 2 ? "East" : "West" });
  }));
  return { sport, season, teams };
}
