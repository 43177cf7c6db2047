import assert from "node:assert/strict";
import { ProblemSchema } from "../../shared/http/openapi.ts";
import { Board, Called, JoinedTicket, Ticket } from "../../supabase/functions/appointments/queues/schemas.ts";
import { type Caller, type Expected, forged, newCast } from "./access.ts";
import { asGuest, asUser, call, secretWord } from "./fixture.ts";
import { joinAsGuest, newQueue, ticketIn } from "./queue-fixture.ts";

const { clinic, customer, outsider, callers } = await newCast();
const { staff } = clinic;

type Row = Record<Caller, Expected>;

const denied: Expected = [403, "permission_denied"];
const hidden: Expected = [404, "not_found"];
const unknown: Expected = [401, "not_authenticated"];
const everyone = (allowed: Expected): Row => ({
  owner: allowed,
  staff: allowed,
  colleague: allowed,
  customer: allowed,
  "other customer": allowed,
  outsider: allowed,
  anonymous: unknown,
  guest: allowed,
  ...forged,
});

/** `staff` serves at the counter, `colleague` at none; `customer` and `guest` hold the ticket. */
const ofHolder: Row = { ...everyone([200]), colleague: denied, "other customer": hidden, outsider: hidden };
const atCounter: Row = { ...ofHolder, customer: denied, guest: unknown };
const byManagers: Row = { ...atCounter, staff: denied, customer: hidden };

interface Route {
  readonly method: string;
  readonly path: string;
  readonly state: string;
  readonly body?: (queue: { id: string; counterId: string; other: string }) => unknown;
  readonly expected: Row;
}

const move = (name: string, state: string): Route => ({
  method: "POST",
  path: `/tickets/:ticket/${name}`,
  state,
  expected: atCounter,
});

const routes: Record<string, Route> = {
  "read a ticket": {
    method: "GET",
    path: "/tickets/:ticket",
    state: "waiting",
    expected: { ...ofHolder, colleague: [200] },
  },
  "change notes": {
    method: "PUT",
    path: "/tickets/:ticket",
    state: "waiting",
    body: () => ({ notes: "x" }),
    expected: ofHolder,
  },
  "give priority": {
    method: "PUT",
    path: "/tickets/:ticket",
    state: "waiting",
    body: () => ({ priority: 3 }),
    expected: { ...atCounter, guest: denied },
  },
  leave: {
    method: "POST",
    path: "/tickets/:ticket/leave",
    state: "waiting",
    body: () => ({ reason: "x" }),
    expected: ofHolder,
  },
  arrive: { method: "POST", path: "/tickets/:ticket/arrive", state: "waiting", expected: ofHolder },
  recall: move("recall", "called"),
  serve: move("serve", "called"),
  "no-show": move("no-show", "called"),
  done: move("done", "serving"),
  reopen: move("reopen", "no_show"),
  transfer: {
    ...move("transfer", "waiting"),
    body: async () => ({ queue_id: (await newQueue(clinic)).id }),
  },
  "call next": {
    method: "POST",
    path: "/queues/:queue/call-next",
    state: "waiting",
    body: ({ counterId }) => ({ counter_id: counterId }),
    expected: { ...atCounter, customer: hidden },
  },
  "call next at another's counter": {
    method: "POST",
    path: "/queues/:queue/call-next",
    state: "waiting",
    body: ({ other }) => ({ counter_id: other }),
    expected: byManagers,
  },
  "pause a counter": {
    method: "POST",
    path: "/queue/update",
    state: "waiting",
    body: ({ id, counterId }) => ({ queue_id: id, action: "pause_counter", counter_id: counterId }),
    expected: { ...atCounter, customer: hidden },
  },
  "pause the queue": {
    method: "POST",
    path: "/queue/update",
    state: "waiting",
    body: ({ id }) => ({ queue_id: id, action: "pause" }),
    expected: byManagers,
  },
  "change the queue": {
    method: "PUT",
    path: "/queues/:queue",
    state: "waiting",
    body: () => ({ maximum_length: 100 }),
    expected: byManagers,
  },
  "see the board": { method: "GET", path: "/queues/:queue", state: "waiting", expected: everyone([200]) },
};

const holderOf = (who: Caller) => who === "guest" ? asGuest() : asUser(customer);

for (const [name, { method, path, state, body, expected }] of Object.entries(routes)) {
  Deno.test(`queues: ${name}: each caller gets what is theirs`, async (t) => {
    const untouched = await ticketIn(clinic, state, asUser(customer));
    for (const [who, outcome] of Object.entries(expected) as [Caller, Expected][]) {
      await t.step(`${who}: ${outcome.join(" ")}`, async () => {
        const fresh = who === "guest" || (outcome[0] === 200 && method !== "GET");
        const { queue, ticket } = fresh ? await ticketIn(clinic, state, holderOf(who)) : untouched;
        const headers = who === "guest" ? asGuest(ticket.manage_token) : callers[who];
        const target = path.replace(":ticket", ticket.id).replace(":queue", queue.id);
        const sent = await body?.({ id: queue.id, counterId: queue.counterId, other: queue.otherCounterId });
        const answer = await call(method, target, headers, sent);
        assert.deepEqual([answer.status, answer.body?.code].slice(0, outcome.length), outcome, answer.text);
        if (outcome[0] === 200) return;
        assert.equal(ProblemSchema.parse(answer.body).request_id, answer.headers.get("x-request-id"));
        assert.doesNotMatch(answer.text, new RegExp(secretWord), `${who} is told what is not theirs`);
      });
    }
    const { body: after } = await call("GET", `/tickets/${untouched.ticket.id}`, callers.owner);
    assert.deepEqual([after.status, after.notes], [state, `${secretWord} note`], "a refusal changed something");
  });
}

Deno.test("queues: join: who may take a ticket, and how", async () => {
  const remote = await newQueue(clinic);
  const local = await newQueue(clinic, { remote_join: false });
  const attempt = async (queue: { id: string }, who: Caller, body: unknown = {}) => {
    const { status, body: answer, text } = await call("POST", `/queues/${queue.id}/join`, callers[who], body);
    if (status === 201) assert.deepEqual(JoinedTicket.parse(answer), answer);
    else assert.doesNotMatch(text, new RegExp(secretWord));
    return status === 201 ? "joined" : answer.code;
  };
  for (const who of ["owner", "staff"] as const) assert.equal(await attempt(local, who), "joined");
  for (const who of ["colleague", "customer", "outsider", "guest"] as const) {
    assert.equal(await attempt(local, who), "remote_join_not_allowed", who);
  }
  for (const who of ["customer", "outsider"] as const) assert.equal(await attempt(remote, who), "joined", who);
  assert.equal(await attempt(remote, "customer"), "already_in_line");
  assert.equal(await attempt(remote, "other customer", { priority: 1 }), "permission_denied");
  assert.equal(await attempt(remote, "other customer", { customer_id: outsider.id }), "permission_denied");
  assert.equal(await attempt(remote, "guest"), "not_authenticated");
  assert.equal(await attempt(remote, "guest", { guest: { name: "Gus" } }), "joined");
});

Deno.test("queues: what is seen of a line names nobody, and a link opens one ticket only", async () => {
  const queue = await newQueue(clinic);
  const [mine, theirs] = [await joinAsGuest(queue, asGuest()), await joinAsGuest(queue, asGuest())];
  const board = await call("GET", `/queues/${queue.id}`, asGuest());
  assert.deepEqual(Board.parse(board.body).line.map(({ label }) => label), [mine.label, theirs.label]);
  assert.doesNotMatch(board.text, new RegExp(`${secretWord}|\\+49`));
  assert.equal(
    (await call("GET", `/tickets/${theirs.id}`, asGuest(mine.manage_token))).body.code,
    "invalid_manage_token",
  );
  assert.equal((await call("GET", `/tickets/${theirs.id}`, asGuest())).body.code, "not_found");
  assert.equal(Ticket.parse((await call("GET", `/tickets/${mine.id}`, asGuest(mine.manage_token))).body).position, 1);
  const called = await call("POST", `/queues/${queue.id}/call-next`, asUser(staff), { counter_id: queue.counterId });
  assert.equal(Called.parse(called.body).ticket?.id, mine.id);
});
