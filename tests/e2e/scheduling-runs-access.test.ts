import assert from "node:assert/strict";
import { answerOf } from "../../shared/db/answer.ts";
import { ProblemSchema } from "../../shared/http/openapi.ts";
import { asGuest, asUser, callScheduling, newUser, secretWord, stack, unsigned, type User } from "./fixture.ts";
import { ended, newLeague, optimize } from "./optimizer-league.ts";

const league = await newLeague(4);
const { owner, scheduleId, organizationId } = league;

async function member(role: string): Promise<User> {
  const user = await newUser();
  const invited = await answerOf(
    owner.client.rpc("invite_member", { organization_id: organizationId, email: user.email, role }),
  );
  await answerOf(user.client.rpc("accept_invitation", { token: (invited as { token: string }).token }));
  return user;
}

async function keyed(scopes: string[]): Promise<Record<string, string>> {
  const made = await answerOf(
    owner.client.rpc("create_api_key", { organization_id: organizationId, name: "Office", scopes }),
  );
  return { "x-api-key": (made as { key: string }).key };
}

const [scheduler, viewer, customer, outsider] = await Promise.all([
  member("scheduler"),
  member("viewer"),
  member("customer"),
  newUser(),
]);
const callers: Record<string, Record<string, string>> = {
  owner: asUser(owner),
  scheduler: asUser(scheduler),
  viewer: asUser(viewer),
  "key that reads": await keyed(["schedules.read"]),
  "key of something else": await keyed(["appointments.read"]),
  customer: asUser(customer),
  outsider: asUser(outsider),
  anonymous: {},
  guest: asGuest(),
  "alg:none": { apikey: stack.publishableKey, authorization: `Bearer ${unsigned(owner)}` },
};
type Statuses = [managers: number, readers: number, members: number, outsider: number, nobody: number];
const columns: [string[], keyof Statuses & number][] = [
  [["owner", "scheduler"], 0],
  [["viewer", "key that reads"], 1],
  [["customer", "key of something else"], 2],
  [["outsider"], 3],
  [["anonymous", "guest", "alg:none"], 4],
];

await ended(owner, (await optimize(owner, scheduleId, { evaluations: 1_000, apply: true })).body.id);
const games = await answerOf(owner.client.from("games").select("id").eq("schedule_id", scheduleId));
const over = (await optimize(owner, scheduleId, { evaluations: 1_000 })).body.id;
await ended(owner, over);
const edit = { kind: "turn", game_id: games[0]!.id };

const routes: [method: string, path: string, body: unknown, statuses: Statuses][] = [
  ["POST", `/schedules/${scheduleId}/optimize`, { evaluations: 1_000 }, [202, 403, 403, 404, 401]],
  ["GET", `/schedules/${scheduleId}/analyze`, undefined, [200, 200, 403, 404, 401]],
  ["POST", `/schedules/${scheduleId}/analyze`, {}, [200, 200, 403, 404, 401]],
  ["POST", `/schedules/${scheduleId}/check`, { edit }, [200, 200, 403, 404, 401]],
  ["POST", `/schedules/${scheduleId}/suggest`, { game_id: games[0]!.id }, [200, 200, 403, 404, 401]],
  ["GET", `/schedules/${scheduleId}/runs`, undefined, [200, 200, 404, 404, 401]],
  ["GET", `/runs/${over}`, undefined, [200, 200, 404, 404, 401]],
  ["POST", `/runs/${over}/cancel`, {}, [409, 403, 403, 404, 401]],
  ["POST", `/runs/${over}/apply`, undefined, [200, 403, 403, 404, 401]],
];

for (const [method, path, body, statuses] of routes) {
  Deno.test(`who may ${method} ${path.replaceAll(/[0-9a-f-]{36}/g, ":id")}`, async () => {
    for (const [names, column] of columns) {
      for (const name of names) {
        const answer = await callScheduling(method, path, callers[name]!, body);
        assert.equal(answer.status, statuses[column], `${name}: ${answer.status} ${answer.text}`);
        if (answer.status < 400) continue;
        ProblemSchema.parse(answer.body);
        assert.ok(!answer.text.includes(secretWord), `${name} is told a name`);
      }
    }
  });
}
