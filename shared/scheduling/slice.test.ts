import assert from "node:assert/strict";
import { Problem } from "../http/problem.ts";
import { decodeBase64, encodeBase64 } from "./base64.ts";
import type { LeagueDocument } from "./document.ts";
import type { ClaimedRun, NamedPlacement, RunBackend, StoredProgress } from "./runs.ts";
import { workSlice } from "./slice.ts";

const input: LeagueDocument = {
  schedule: {
    id: "s",
    organization_id: "o",
    version: 1,
    format: "double_round_robin",
    games_per_team: null,
    phased: false,
    status: "draft",
  },
  teams: ["a", "b", "c", "d"].map((id) => ({ id, name: id.toUpperCase(), code: id })),
  rounds: [1, 2, 3, 4, 5, 6, 7, 8].map((number) => ({ number, date: `2029-01-0${number}`, starts: null })),
  matchups: [],
  games: [],
  constraints: [{
    id: "1",
    type: "consecutive_games",
    name: null,
    params: { side: "any", maximum: 2 },
    hard: false,
    weight: 2,
  }],
  windows: [],
};

interface Kept {
  backend: RunBackend;
  told: string[];
  progress: StoredProgress[];
  result?: NamedPlacement[];
  failure?: string;
}

/** A database with one run, in memory. */
function oneRun(budget: number | { seconds: number }, document = input, refusal?: Problem): Kept {
  const { seconds, evaluations } = typeof budget === "number"
    ? { seconds: null, evaluations: budget }
    : { seconds: budget.seconds, evaluations: null };
  const run = { id: "r", schedule_id: "s", seed: 5, seconds, evaluations, milliseconds: 0 };
  let [state, done, over]: [string | null, number, boolean] = [null, 0, false];
  const kept: Kept = {
    told: [],
    progress: [],
    backend: {
      claim: () =>
        Promise.resolve(
          over ? null : {
            run: { ...run, done_evaluations: done, started_from: "scratch" },
            input: document,
            state,
            speed: null,
            lease_token: "t",
          } as ClaimedRun,
        ),
      save: (_claim, saved, progress) => {
        if (refusal) return Promise.reject(refusal);
        [state, done] = [saved, progress.evaluations];
        kept.told.push("save");
        kept.progress.push(progress);
        return Promise.resolve();
      },
      finish: (_claim, progress, best) => {
        over = true;
        kept.told.push("finish");
        kept.progress.push(progress);
        kept.result = best;
        return Promise.resolve();
      },
      fail: (_claim, code) => {
        over = true;
        kept.failure = code;
        return Promise.resolve();
      },
    },
  };
  return kept;
}

async function workOut(kept: Kept, milliseconds: number, unsliced = false): Promise<Kept> {
  while (await workSlice(kept.backend, { milliseconds, breathe: 1, unsliced }) !== "idle");
  return kept;
}

Deno.test("what comes of a run does not depend on how it is cut", async () => {
  const [short, long, whole] = [
    await workOut(oneRun(60_000), 4),
    await workOut(oneRun(60_000), 10_000),
    await workOut(oneRun(60_000), 6, true),
  ];
  assert.ok(short.told.length > 2 && whole.told.length > 2);
  assert.deepEqual(long.told, ["finish"]);
  assert.deepEqual(short.result, long.result);
  assert.deepEqual(whole.result, long.result);
  assert.equal(long.result!.length, 12);
  const evaluations = short.progress.map((progress) => progress.evaluations);
  assert.deepEqual(evaluations, evaluations.toSorted((a, b) => a - b));
});

Deno.test("what a schedule costs at the start is counted as the search counts", async () => {
  const rounds = ["a-b c-d", "b-a d-c", "a-c b-d", "a-d b-c", "c-a d-b", "d-a c-b"];
  const games = rounds.flatMap((pairs, at) =>
    pairs.split(" ").map((pair, nth) => {
      const [home_team_id, away_team_id] = pair.split("-") as [string, string];
      const [round, plays_on] = [at + 1, `2029-01-0${at + 1}`];
      return { id: `${at}-${nth}`, round, plays_on, home_team_id, away_team_id, status: "scheduled" as const };
    })
  );
  const schedule = { ...input.schedule, phased: true };
  const document = { ...input, schedule, rounds: input.rounds.slice(0, 6), games };
  const { progress: [first] } = await workOut(oneRun(20_000, document), 10_000);
  // Four of the six pairs meet twice in one half: two in the first, two in the second.
  assert.deepEqual([first!.start_hard, first!.hard], [4, 0]);
});

Deno.test("tables that a search makes at first are not taken for its speed", async () => {
  const teams = Array.from({ length: 16 }, (_, at) => ({
    id: `t${at}`,
    name: `T${at}`,
    code: `T${at}`,
    latitude: 30 + at % 4,
    longitude: -90 + at,
  }));
  const rounds = Array.from({ length: 30 }, (_, at) => ({
    number: at + 1,
    date: new Date(Date.UTC(2029, 0, 1 + at)).toISOString().slice(0, 10),
    starts: null,
  }));
  const everyone = teams.map(({ id }) => id);
  const limit = (mode1: string) => ({
    teams1: everyone,
    teams2: everyone,
    mode1,
    mode2: "GAMES",
    min: 0,
    max: 3,
    intp: 4,
  });
  const constraints = [
    { id: "1", type: "travel_distance", name: null, params: {}, hard: false, weight: 1 },
    { id: "2", type: "CA3", name: null, params: limit("H"), hard: true, weight: 1 },
    { id: "3", type: "CA3", name: null, params: limit("A"), hard: true, weight: 1 },
  ];
  const kept = oneRun({ seconds: 1 }, { ...input, teams, rounds, constraints });
  assert.equal(await workSlice(kept.backend, { milliseconds: 20_000 }), "finished");
  // Some thousands where the first step, which makes the tables, is taken for the speed.
  assert.ok(kept.progress.at(-1)!.evaluations > 100_000, `${kept.progress.at(-1)!.evaluations}`);
});

Deno.test("a run that is another's by now is left alone", async () => {
  const kept = oneRun(10_000_000, input, new Problem("lease_lost"));
  assert.equal(await workSlice(kept.backend, { milliseconds: 5 }), "lost");
  assert.deepEqual(kept.told, []);
});

Deno.test("what cannot be played fails; what is out of reach is tried again", async () => {
  const crowded = oneRun(1_000, { ...input, rounds: input.rounds.slice(0, 3) });
  assert.equal(await workSlice(crowded.backend), "failed");
  assert.equal(crowded.failure, "too_few_rounds");
  const away = oneRun(10_000_000, input, new Problem("unavailable"));
  await assert.rejects(workSlice(away.backend, { milliseconds: 5 }), /unavailable/);
  assert.equal(away.failure, undefined);
});

Deno.test("bytes survive base64 as the database breaks its lines", () => {
  const bytes = Uint8Array.from({ length: 70_000 }, (_, at) => at % 256);
  const broken = encodeBase64(bytes).replace(/.{76}/g, "$&\n");
  assert.deepEqual(decodeBase64(broken), bytes);
});
