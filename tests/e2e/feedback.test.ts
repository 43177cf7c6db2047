import assert from "node:assert/strict";
import { Feedback, FeedbackPage, Ratings, Summaries } from "../../supabase/functions/appointments/feedback/schemas.ts";
import { assertRefused, type Caller, type Expected, newCast, signedInOnly, strangers } from "./access.ts";
import { type Answer, asGuest, asUser, book, call, nextSlot, secretWord } from "./fixture.ts";

const { clinic, customer, callers } = await newCast();
const { owner, serviceId } = clinic;

const comment = `${secretWord} was kind`;
async function fulfilled(as = customer): Promise<{ id: string }> {
  const appointment = await book(as, serviceId);
  const { status, text } = await call("POST", `/appointments/${appointment.id}/fulfil`, asUser(owner));
  assert.equal(status, 200, text);
  return appointment;
}

async function rated() {
  const { id } = await fulfilled();
  const { status, body, text } = await call("POST", `/appointments/${id}/feedback`, asUser(customer), {
    rating: 4,
    comment,
  });
  assert.equal(status, 201, text);
  return Feedback.parse(body);
}

async function outcomes(
  expected: Record<Caller, readonly [number] | readonly [number, string]>,
  send: (who: Caller) => Promise<Answer>,
) {
  for (const [who, outcome] of Object.entries(expected) as [Caller, Expected][]) {
    const answer = await send(who);
    if (outcome.length === 2) assertRefused(answer, outcome, who);
    else assert.equal(answer.status, outcome[0], `${who}: ${answer.text}`);
  }
}

Deno.test("rate: the appointment's customer, once", async () => {
  const { id } = await fulfilled();
  const rate = (headers: Record<string, string>) =>
    call("POST", `/appointments/${id}/feedback`, headers, { rating: 5 });
  const notTheirs = [403, "not_your_appointment"] as const;
  await outcomes({
    owner: notTheirs,
    staff: notTheirs,
    colleague: notTheirs,
    ...strangers,
    ...signedInOnly,
    guest: [404, "not_found"],
    customer: [201],
  }, (who) => rate(callers[who]));
  assertRefused(await rate(callers.customer), [409, "feedback_given"], "the customer again");
});

Deno.test("rate: a guest by the link of the booking", async () => {
  const guest = { name: `${secretWord} Guest`, email: "guest@example.test" };
  const { body: booked } = await call("POST", "/appointments", asGuest(), {
    service_id: serviceId,
    starts_at: nextSlot(),
    guest,
  });
  const path = `/appointments/${booked.id}/feedback`;
  const link = asGuest(booked.manage_token);
  assertRefused(await call("POST", path, link, { rating: 5 }), [409, "not_fulfilled"], "a guest too early");
  await call("POST", `/appointments/${booked.id}/fulfil`, asUser(owner));
  assertRefused(await call("POST", path, asGuest("x"), { rating: 5 }), [401, "invalid_manage_token"], "another link");
  const given = await call("POST", path, link, { rating: 5, comment });
  assert.deepEqual([given.status, given.body.customer_id], [201, null], given.text);
  assert.deepEqual((await call("GET", path, link)).body, given.body);
});

Deno.test("rate: the same key gives the same answer", async () => {
  const { id } = await fulfilled();
  const headers = { ...callers.customer, "idempotency-key": crypto.randomUUID() };
  const send = (rating: number) => call("POST", `/appointments/${id}/feedback`, headers, { rating });
  const [first, again, other] = [await send(3), await send(3), await send(4)];
  assert.deepEqual([first.status, again.status], [201, 201]);
  assert.deepEqual(again.body, first.body);
  assertRefused(other, [409, "idempotency_mismatch"], "another request");
});

Deno.test("read, answer and hide: each caller what is theirs", async () => {
  const { id, appointment_id } = await rated();
  const readable = { owner: [200], staff: [200], colleague: [200], customer: [200] } as const;
  const path = `/appointments/${appointment_id}/feedback`;
  await outcomes(
    { ...readable, ...strangers, ...signedInOnly, guest: [404, "not_found"] },
    (who) => call("GET", path, callers[who]),
  );

  const managed = {
    owner: [200],
    staff: [403, "permission_denied"],
    colleague: [403, "permission_denied"],
    customer: [404, "not_found"],
    ...strangers,
    ...signedInOnly,
  } as const;
  await outcomes(managed, (who) => call("PUT", `/feedback/${id}/reply`, callers[who], { reply: "Thank you" }));
  await outcomes(managed, (who) => call("PUT", `/feedback/${id}/visibility`, callers[who], { hidden: true }));
  const unseen = [404, "not_found"] as const;
  await outcomes(
    { ...readable, staff: unseen, colleague: unseen, ...strangers, ...signedInOnly, guest: unseen },
    (who) => call("GET", path, callers[who]),
  );
  const { body } = await call("GET", path, callers.customer);
  assert.deepEqual([body.hidden, body.reply, body.comment], [true, "Thank you", comment]);
});

Deno.test("list: pages of what the caller may see, newest first", async () => {
  for (let n = 0; n < 3; n += 1) await rated();
  const list = async (who: Caller, query: string) => {
    const answer = await call("GET", `/feedback?${query}`, callers[who]);
    assert.equal(answer.status, 200, answer.text);
    return FeedbackPage.parse(answer.body);
  };
  const all = await list("owner", `organization_id=${clinic.organizationId}&limit=200`);
  assert.equal(all.next_cursor, null);
  const paged: string[] = [];
  for (let cursor: string | null = ""; cursor !== null;) {
    const page: Awaited<ReturnType<typeof list>> = await list(
      "owner",
      `organization_id=${clinic.organizationId}&limit=2${cursor && `&cursor=${cursor}`}`,
    );
    paged.push(...page.items.map(({ id }) => id));
    cursor = page.next_cursor;
  }
  assert.deepEqual(paged, all.items.map(({ id }) => id));
  assert.ok((await list("customer", "rating=4")).items.every(({ customer_id }) => customer_id === customer.id));
  for (const who of ["outsider", "other customer"] as const) assert.deepEqual((await list(who, "")).items, []);
});

Deno.test("ratings: anyone, of public services, the number and the mean alone", async () => {
  await rated();
  const { status, body, text } = await call(
    "GET",
    `/ratings?service_ids=${serviceId},${crypto.randomUUID()}`,
    asGuest(),
  );
  assert.equal(status, 200, text);
  const { ratings: [sum, ...more] } = Ratings.parse(body);
  assert.deepEqual([sum!.service_id, more], [serviceId, []]);
  assert.ok(sum!.ratings > 0 && sum!.mean! >= 1 && sum!.mean! <= 5);
});

Deno.test("summaries: members see how many of each, others none", async () => {
  await rated();
  const read = async (who: Caller) => {
    const { body } = await call("GET", `/feedback/summaries?organization_id=${clinic.organizationId}`, callers[who]);
    return Summaries.parse(body).items;
  };
  const [resource, service] = await read("staff");
  assert.deepEqual([resource!.subject_id, service!.subject_id], [clinic.resourceId, serviceId]);
  assert.equal(service!.stars.reduce((sum, count) => sum + count), service!.ratings);
  for (const who of ["customer", "outsider"] as const) assert.deepEqual(await read(who), []);
});

Deno.test("bad input is refused with its status and code", async () => {
  const { id } = await fulfilled();
  const rate = (body: unknown) => call("POST", `/appointments/${id}/feedback`, callers.customer, body);
  const cases: [string, Promise<Answer>, number, string][] = [
    ["no stars", rate({ rating: 0 }), 422, "invalid_input"],
    ["half a star", rate({ rating: 4.5 }), 422, "invalid_input"],
    ["no rating", rate({ comment: "x" }), 422, "invalid_input"],
    ["a novel", rate({ rating: 5, comment: "x".repeat(2001) }), 422, "invalid_input"],
    ["a field too many", rate({ rating: 5, hidden: false }), 422, "invalid_input"],
    ["no JSON", rate("{"), 400, "invalid_json"],
    [
      "an id that is none",
      call("POST", "/appointments/42/feedback", callers.customer, { rating: 5 }),
      422,
      "invalid_input",
    ],
    ["a broken cursor", call("GET", "/feedback?cursor=abc", callers.customer), 400, "invalid_cursor"],
    ["six stars", call("GET", "/feedback?rating=6", callers.customer), 422, "invalid_input"],
    ["ratings of nothing", call("GET", "/ratings?service_ids=", asGuest()), 422, "invalid_input"],
    ["ratings of SQL", call("GET", "/ratings?service_ids='%20or%201=1", asGuest()), 422, "invalid_input"],
    ["an answer of nothing", call("PUT", `/feedback/${id}/reply`, callers.owner, {}), 422, "invalid_input"],
    [
      "feedback that is not there",
      call("PUT", `/feedback/${id}/reply`, callers.owner, { reply: "x" }),
      404,
      "not_found",
    ],
  ];
  for (const [name, sent, status, code] of cases) {
    const answer = await sent;
    assert.deepEqual([answer.status, answer.body?.code], [status, code], `${name}: ${answer.text}`);
  }
});
