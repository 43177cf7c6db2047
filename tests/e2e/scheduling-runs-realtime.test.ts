import type { RealtimeChannel } from "@supabase/supabase-js";
import assert from "node:assert/strict";
import { answerOf } from "../../shared/db/answer.ts";
import { Hint } from "../../shared/events/catalog.ts";
import { newUser, type User } from "./fixture.ts";
import { addConstraint, ended, newLeague, newSchedule, optimize } from "./optimizer-league.ts";

const league = await newLeague(4);
const { owner, organizationId, teamIds } = league;
const outsider = await newUser();

interface Heard {
  type: string;
  id: string;
  percent?: number;
  hard?: number;
  estimated_end?: string;
}

const joined = (channel: RealtimeChannel) =>
  new Promise<string>((resolve) =>
    channel.subscribe((status, error) => resolve(error ? `${status} ${error.message}` : status))
  );

async function listen({ client, token }: User, topic: string): Promise<{ heard: Heard[]; status: string }> {
  const heard: Heard[] = [];
  await client.realtime.setAuth(token);
  const channel = client.channel(topic, { config: { private: true } })
    .on("broadcast", { event: "*" }, ({ payload }) => {
      Hint.parse(payload);
      heard.push(payload as Heard);
    });
  return { heard, status: await joined(channel) };
}

async function until(what: string, holds: () => boolean | Promise<boolean>, seconds = 20): Promise<void> {
  for (const deadline = Date.now() + seconds * 1_000; !await holds();) {
    assert.ok(Date.now() < deadline, `${what} did not happen`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const realtimeTest = (name: string, test: () => Promise<void>) =>
  Deno.test({
    name,
    fn: async () => {
      await test().finally(close);
    },
    sanitizeOps: false,
    sanitizeResources: false,
  });

const close = () =>
  Promise.all(
    [owner, outsider].map(({ client }) => client.removeAllChannels().then(() => client.realtime.disconnect())),
  );

realtimeTest("who may read schedules hears how a run goes, and nobody else", async () => {
  const scheduleId = await newSchedule(league, 6);
  const office = await listen(owner, `org:${organizationId}:schedules`);
  // Evaluations, not seconds: of those there are as many on a machine that just then is slow.
  const { body: { id } } = await optimize(owner, scheduleId, { evaluations: 10_000_000 });
  const watched = await listen(owner, `optimization_run:${id}`);
  assert.deepEqual([office.status, watched.status], ["SUBSCRIBED", "SUBSCRIBED"]);
  for (const topic of [`optimization_run:${id}`, `org:${organizationId}:schedules`]) {
    assert.match((await listen(outsider, topic)).status, /^CHANNEL_ERROR .*[Uu]nauthorized/);
  }
  await ended(owner, id);
  const types = (heard: Heard[], of: string) => heard.filter((hint) => hint.id === of).map(({ type }) => type);
  await until("the end", () => types(watched.heard, id).includes("optimization_run.succeeded"));
  const progress = watched.heard.filter(({ percent }) => percent !== undefined).map(({ percent }) => percent!);
  assert.ok(progress.length >= 2, JSON.stringify(watched.heard));
  assert.deepEqual(progress, progress.toSorted((a, b) => a - b));
  assert.ok(watched.heard.every(({ percent, hard }) => percent === undefined || typeof hard === "number"));
  await until("what the office hears", () => types(office.heard, scheduleId).includes("schedule.optimized"));
  assert.equal(types(office.heard, id)[0], "optimization_run.queued");
  assert.equal(types(office.heard, id).at(-1), "optimization_run.succeeded");
});

realtimeTest("a game that breaks a constraint is told of, and one that mends it", async () => {
  const scheduleId = await newSchedule(league, 6);
  const office = await listen(owner, `org:${organizationId}:schedules`);
  const [one, two, three, four] = teamIds as [string, string, string, string];
  const games = [
    { home_team_id: one, away_team_id: two, round: 1 },
    { home_team_id: one, away_team_id: three, round: 2 },
    { home_team_id: four, away_team_id: one, round: 3 },
  ];
  await answerOf(owner.client.rpc("put_games", { schedule_id: scheduleId, games }));
  const rule = { type: "consecutive_games", params: { side: "home", maximum: 2 }, hard: true };
  const id = await addConstraint(league, scheduleId, rule);
  const measured = async () =>
    (await answerOf(owner.client.from("schedule_constraints").select("violated, deviation").eq("id", id)))[0]!;
  await until("the first measurement", async () => (await measured()).violated === false);

  const { data: last } = await owner.client.from("games").select("id").eq("schedule_id", scheduleId).eq("round", 3)
    .single();
  await answerOf(owner.client.rpc("swap_game", { game_id: last!.id }));
  await until("the constraint is broken", async () => (await measured()).violated === true);
  assert.equal((await measured()).deviation, 1);
  const told = () => office.heard.filter((hint) => hint.id === id).map(({ type }) => type);
  await until("the office hears of it", () => told().includes("constraint.violated"));
  await answerOf(owner.client.rpc("swap_game", { game_id: last!.id }));
  await until("the office hears that it is mended", () => told().includes("constraint.satisfied"));
  assert.equal((await measured()).deviation, 0);
  assert.deepEqual(told().filter((type) => type.startsWith("constraint.")), [
    "constraint.violated",
    "constraint.satisfied",
  ]);
});
