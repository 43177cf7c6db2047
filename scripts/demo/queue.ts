import { type BoardShown, hangScreen, type Screen } from "./board.ts";
import { type Answer, type Client, invoke, newClient } from "./client.ts";
import type { Stage } from "./stage.ts";
import { expect, step } from "./steps.ts";

interface WalkIn {
  id: string;
  desk: Client;
  screen: Screen;
  types: Map<string, string>;
  counters: Map<string, string>;
}

interface Ticket {
  id: string;
  label: string;
  manage_token?: string;
}

/** Ten people stand in line for three counters; a screen shows how the line moves. */
export async function serveWalkIns(stage: Stage): Promise<void> {
  const walkIn = await findQueue(stage);
  await openCounters(walkIn);
  const last = await joinTen(walkIn);
  await callMissAndServe(walkIn, last);
  await serveEveryone(walkIn);
  await closeCounters(walkIn);
}

async function findQueue({ desk, clinic }: Stage): Promise<WalkIn> {
  const names = (rows: { id: string; name: string }[] | null) => new Map(rows?.map(({ id, name }) => [name, id]));
  const found = await step(
    "the desk finds the walk-in queue",
    async () => {
      const { data: queue } = await desk.from("queues").select("id, name").eq("organization_id", clinic.id)
        .eq("name", "Walk-in").single();
      expect(queue, `${clinic.name} has no such queue: is the seed of this version loaded?`);
      const [types, counters] = await Promise.all([
        desk.from("ticket_types").select("id, name").eq("queue_id", queue.id),
        desk.from("queue_counters").select("id, name").eq("queue_id", queue.id).order("name"),
      ]);
      return { ...queue, types: names(types.data), counters: names(counters.data) };
    },
    ({ name, types, counters }) => `${name}: ${[...types.keys()].join(", ")}; ${[...counters.keys()].join(", ")}`,
  );
  const { body: board } = await invoke(newClient(), "GET", `queues/${found.id}`);
  expect(
    board.status === "open" && board.waiting === 0 && board.called.length === 0,
    "there are people in line, as when a demo has been broken off: end the queue's day and open it (POST /queue/update)",
  );
  const screen = await step(
    "  a screen joins queue:<id>",
    () => hangScreen(found.id, board.version),
    () => "private channel, no account; it shows place, label, P50/P80 of the wait",
  );
  return { ...found, desk, screen };
}

const operate = ({ desk, id }: WalkIn, action: string, counter_id?: string) =>
  invoke(desk, "POST", "queue/update", { queue_id: id, action, counter_id });

async function openCounters(walkIn: WalkIn): Promise<void> {
  const opened = await step(
    "  three counters open (POST /queue/update)",
    () => Promise.all([...walkIn.counters.values()].map((counter) => operate(walkIn, "open_counter", counter))),
    (answers) => answers.map(({ body }) => `${body.counter?.name} ${body.counter?.status}`).join(", "),
  );
  expect(opened.every(({ body }) => body.counter?.status === "open"), `they were answered ${JSON.stringify(opened)}`);
}

/** Eight at the desk, two of them first; two from their telephones, of whom the last one is returned. */
async function joinTen(walkIn: WalkIn): Promise<Ticket> {
  const path = `queues/${walkIn.id}/join`;
  const [prescription, sample] = ["Prescription", "Blood sample"].map((name) => walkIn.types.get(name)) as string[];
  const names = ["Ines", "Jon", "Kim", "Lea", "Max", "Noor", "Otto", "Pia", "Quin", "Rosa"];
  let last: Ticket | undefined;
  await walkIn.screen.watch("ten join, two with priority (POST …/join)", async () => {
    let answer: Answer | undefined;
    for (const [n, name] of names.entries()) {
      const ticket = { ticket_type_id: n % 3 === 2 ? sample : prescription, guest: { name } };
      answer = n < 8
        ? await invoke(walkIn.desk, "POST", path, { ...ticket, priority: n === 4 || n === 6 ? 5 : 0 })
        : await invoke(newClient(), "POST", path, ticket);
      expect(answer.status === 201, `${name} was answered ${JSON.stringify(answer)}`);
    }
    last = answer!.body;
    return answer!;
  }, ({ waiting }) => waiting === names.length);
  return last!;
}

const shownAt = ({ called }: BoardShown, { label }: Ticket, status: string) =>
  called.some((entry) => entry.label === label && entry.status === status);
const gone = ({ called, line }: BoardShown, { label }: Ticket) => ![...called, ...line].some((x) => x.label === label);

/** A counter calls the next whom it serves. */
async function callNext(walkIn: WalkIn, name: string): Promise<Ticket> {
  const { body } = await walkIn.screen.watch(
    `  ${name} calls the next (…/call-next)`,
    () => invoke(walkIn.desk, "POST", `queues/${walkIn.id}/call-next`, { counter_id: walkIn.counters.get(name) }),
    (board, { body }) => body.ticket && shownAt(board, body.ticket, "called"),
  );
  return body.ticket;
}

const move = (walkIn: WalkIn, name: string, ticket: Ticket, verb: string, shows: (board: BoardShown) => boolean) =>
  walkIn.screen.watch(name, () => invoke(walkIn.desk, "POST", `tickets/${ticket.id}/${verb}`), shows);

async function callMissAndServe(walkIn: WalkIn, last: Ticket): Promise<void> {
  const first = await callNext(walkIn, "Counter 1");
  const second = await callNext(walkIn, "Counter 2");
  await callNext(walkIn, "Laboratory");
  await move(
    walkIn,
    `  ${first.label} has come (…/serve)`,
    first,
    "serve",
    (board) => shownAt(board, first, "serving"),
  );
  await move(
    walkIn,
    `  ${second.label} is called again (…/recall)`,
    second,
    "recall",
    ({ called }) => called.some(({ label, recalls }) => label === second.label && recalls === 1),
  );
  await move(walkIn, `  and does not come (…/no-show)`, second, "no-show", (board) => gone(board, second));
  await callNext(walkIn, "Counter 2");
  await walkIn.screen.watch(
    `  ${last.label} leaves, by telephone (…/leave)`,
    () => leave(last),
    (board) => gone(board, last),
  );
  await move(walkIn, `  ${first.label} is done (…/done)`, first, "done", (board) => gone(board, first));
}

async function leave({ id, manage_token }: Ticket): Promise<Answer> {
  const headers = { "x-manage-token": manage_token! };
  return await invoke(newClient(), "POST", `tickets/${id}/leave`, { reason: "Coming tomorrow" }, headers);
}

/** Until nobody waits and every counter is free: serves whom it has called, then calls the next. */
async function serveEveryone(walkIn: WalkIn): Promise<void> {
  const { desk, id, counters } = walkIn;
  const path = `queues/${id}/call-next`;
  await walkIn.screen.watch("the counters serve everyone else", async () => {
    for (let busy = true; busy;) {
      const { data } = await desk.from("tickets").select("id, status").eq("queue_id", id).in("status", [
        "called",
        "serving",
      ]);
      for (const ticket of data ?? []) {
        if (ticket.status === "called") await must(invoke(desk, "POST", `tickets/${ticket.id}/serve`));
        await must(invoke(desk, "POST", `tickets/${ticket.id}/done`));
      }
      const called = [];
      for (const counter_id of counters.values()) called.push(await must(invoke(desk, "POST", path, { counter_id })));
      busy = called.some(({ body }) => body.ticket);
    }
    return await invoke(newClient(), "GET", `queues/${id}`);
  }, (board, { body }) => board.version >= body.version && board.waiting === 0 && board.called.length === 0);
}

async function must(asked: Promise<Answer>): Promise<Answer> {
  const answer = await asked;
  expect(answer.status < 300, `a counter was answered ${JSON.stringify(answer)}`);
  return answer;
}

async function closeCounters(walkIn: WalkIn): Promise<void> {
  const closed = await step(
    "  and close",
    () => Promise.all([...walkIn.counters.values()].map((counter) => operate(walkIn, "close_counter", counter))),
    (answers) => answers.map(({ body }) => `${body.counter?.name} ${body.counter?.status}`).join(", "),
  );
  expect(closed.every(({ body }) => body.counter?.status === "closed"), `they were answered ${JSON.stringify(closed)}`);
}
