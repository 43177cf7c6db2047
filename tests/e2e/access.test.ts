import assert from "node:assert/strict";
import { ProblemSchema } from "../../shared/http/openapi.ts";
import { Appointment, AppointmentPage, BookedAppointment } from "../../supabase/functions/appointments/schemas.ts";
import { asGuest, asUser, book, call, newClinic, newUser, nextSlot, secretWord, stack, unsigned } from "./fixture.ts";

const clinic = await newClinic();
const [customer, otherCustomer, outsider] = await Promise.all([newUser(), newUser(), newUser()]);
const { owner, staff, colleague, serviceId, approvalServiceId } = clinic;
await book(otherCustomer, serviceId);

const guest = { name: `${secretWord} Guest`, email: "guest@example.test" };

async function bookAsGuest() {
  const { body } = await call("POST", "/appointments", asGuest(), {
    service_id: serviceId,
    starts_at: nextSlot(),
    guest,
  });
  return BookedAppointment.parse(body);
}

const callers = {
  owner: asUser(owner),
  staff: asUser(staff),
  colleague: asUser(colleague),
  customer: asUser(customer),
  "other customer": asUser(otherCustomer),
  outsider: asUser(outsider),
  anonymous: {},
  guest: asGuest(),
  "alg:none": { apikey: stack.publishableKey, authorization: `Bearer ${unsigned(owner)}` },
  "token as apikey": { apikey: owner.token },
};
type Caller = keyof typeof callers;

/** Status, and the code where it is refused. */
type Expected = [number] | [number, string];
const forged: Record<"alg:none" | "token as apikey", Expected> = {
  "alg:none": [401, "invalid_token"],
  "token as apikey": [401, "invalid_api_key"],
};
const strangers = { "other customer": [404, "not_found"], outsider: [404, "not_found"] } satisfies Partial<
  Record<Caller, Expected>
>;
const signedInOnly = {
  anonymous: [401, "not_authenticated"],
  guest: [401, "not_authenticated"],
  ...forged,
} satisfies Partial<
  Record<Caller, Expected>
>;

interface Route {
  method: string;
  path: (id: string) => string;
  body?: () => unknown;
  service?: string;
  expected: Record<Caller, Expected>;
}

const changing: Record<Caller, Expected> = {
  owner: [200],
  staff: [200],
  colleague: [403, "permission_denied"],
  customer: [200],
  ...strangers,
  anonymous: [401, "not_authenticated"],
  guest: [200],
  ...forged,
};
const atTheDesk = (allowed: Expected): Record<Caller, Expected> => ({
  owner: allowed,
  staff: allowed,
  colleague: [403, "permission_denied"],
  customer: [403, "permission_denied"],
  ...strangers,
  ...signedInOnly,
});
const transition = (name: string, allowed: Expected, service?: string): Route => ({
  method: "POST",
  path: (id) => `/appointments/${id}/${name}`,
  expected: atTheDesk(allowed),
  service,
});

const routes: Record<string, Route> = {
  read: {
    method: "GET",
    path: (id) => `/appointments/${id}`,
    expected: { ...changing, colleague: [200] },
  },
  "change notes": {
    method: "PUT",
    path: (id) => `/appointments/${id}`,
    body: () => ({ notes: "x" }),
    expected: changing,
  },
  reschedule: {
    method: "PUT",
    path: (id) => `/appointments/${id}`,
    body: () => ({ starts_at: nextSlot() }),
    expected: changing,
  },
  cancel: { method: "DELETE", path: (id) => `/appointments/${id}`, body: () => ({ reason: "x" }), expected: changing },
  confirm: transition("confirm", [200], approvalServiceId),
  arrive: transition("arrive", [200]),
  "check in": transition("check-in", [200]),
  fulfil: transition("fulfil", [200]),
  "no-show": transition("no-show", [409, "not_started"]),
  "calendar file": {
    method: "GET",
    path: (id) => `/appointments/${id}/calendar.ics`,
    expected: { ...changing, colleague: [200], anonymous: [404, "not_found"] },
  },
};

function assertRefused(answer: Awaited<ReturnType<typeof call>>, [status, code]: Expected, who: string) {
  assert.deepEqual([answer.status, answer.body?.code], [status, code], `${who}: ${answer.text}`);
  const problem = ProblemSchema.parse(answer.body);
  assert.equal(problem.request_id, answer.headers.get("x-request-id"));
  assert.doesNotMatch(answer.text, new RegExp(`${secretWord}|example\\.test`), `${who} is told what is not theirs`);
}

for (const [name, { method, path, body, service = serviceId, expected }] of Object.entries(routes)) {
  Deno.test(`${name}: each caller gets what is theirs`, async (t) => {
    const untouched = await book(customer, service);
    for (const [who, outcome] of Object.entries(expected) as [Caller, Expected][]) {
      await t.step(`${who}: ${outcome.join(" ")}`, async () => {
        const fresh = who === "guest" && outcome[0] === 200 ? await bookAsGuest() : undefined;
        const target = fresh ?? (outcome[0] === 200 && method !== "GET" ? await book(customer, service) : untouched);
        const headers = fresh ? asGuest(fresh.manage_token) : callers[who];
        const answer = await call(method, path(target.id), headers, body?.());
        if (outcome[0] !== 200) return assertRefused(answer, outcome, who);
        assert.equal(answer.status, 200, answer.text);
        if (name !== "calendar file") assert.deepEqual(Appointment.parse(answer.body), answer.body);
      });
    }
    const { body: after } = await call("GET", `/appointments/${untouched.id}`, callers.owner);
    assert.deepEqual(
      { ...after, manage_token: undefined },
      { ...untouched, manage_token: undefined },
      "a refusal changed something",
    );
  });
}

Deno.test("book: anyone may book a public service, guests by name", async (t) => {
  const expected: Record<Caller, Expected> = {
    owner: [201],
    staff: [201],
    colleague: [201],
    customer: [201],
    "other customer": [201],
    outsider: [201],
    ...signedInOnly,
  };
  for (const [who, outcome] of Object.entries(expected) as [Caller, Expected][]) {
    await t.step(`${who}: ${outcome.join(" ")}`, async () => {
      const answer = await call("POST", "/appointments", callers[who], {
        service_id: serviceId,
        starts_at: nextSlot(),
      });
      if (outcome[0] !== 201) return assertRefused(answer, outcome, who);
      assert.equal(answer.status, 201, answer.text);
      assert.deepEqual(BookedAppointment.parse(answer.body), answer.body);
    });
  }
  assert.ok((await bookAsGuest()).manage_token);
});

Deno.test("book: for somebody else only at the desk", async () => {
  const booking = () => ({ service_id: serviceId, starts_at: nextSlot(), customer_id: customer.id });
  const answer = await call("POST", "/appointments", callers.owner, booking());
  assert.deepEqual([answer.status, answer.body.customer_id], [201, customer.id]);
  for (const who of ["colleague", "outsider"] as const) {
    assertRefused(await call("POST", "/appointments", callers[who], booking()), [403, "permission_denied"], who);
  }
});

Deno.test("list: each caller sees their own, staff their organization's", async () => {
  const countFor = async (who: Caller) => {
    const answer = await call("GET", `/appointments?organization_id=${clinic.organizationId}&limit=200`, callers[who]);
    assert.equal(answer.status, 200, answer.text);
    return AppointmentPage.parse(answer.body).items;
  };
  const all = await countFor("owner");
  assert.ok(all.length > 10);
  for (const who of ["staff", "colleague"] as const) assert.equal((await countFor(who)).length, all.length);
  for (const [who, { id }] of Object.entries({ customer, "other customer": otherCustomer, outsider })) {
    const own = await countFor(who as Caller);
    assert.ok(own.length > 0 && own.every((item) => item.customer_id === id), who);
    assert.equal(own.length, all.filter((item) => item.customer_id === id).length, who);
  }
  for (const [who, outcome] of Object.entries(signedInOnly) as [Caller, Expected][]) {
    assertRefused(await call("GET", "/appointments", callers[who]), outcome, who);
  }
});

Deno.test("slots: anyone with a key", async () => {
  const path = `/available-slots?service_id=${serviceId}&from=${nextSlot()}&to=${nextSlot()}`;
  for (const who of ["owner", "outsider", "guest"] as const) {
    assert.equal((await call("GET", path, callers[who])).status, 200, who);
  }
  const refused = { anonymous: signedInOnly.anonymous, ...forged };
  for (const [who, outcome] of Object.entries(refused) as [Caller, Expected][]) {
    assertRefused(await call("GET", path, callers[who]), outcome, who);
  }
});

Deno.test("jobs: nobody but the key named jobs", async () => {
  for (const who of Object.keys(callers) as Caller[]) {
    const answer = await call("POST", "/jobs", callers[who]);
    assert.equal(answer.status, 401, `${who}: ${answer.text}`);
  }
  assertRefused(
    await call("POST", "/jobs", { apikey: stack.secretKey }),
    [401, "invalid_api_key"],
    "the default secret key",
  );
  assert.equal((await call("POST", "/jobs", { apikey: stack.jobsKey })).status, 200);
});

Deno.test("a guest's token opens their own booking only", async () => {
  const [mine, theirs] = [await bookAsGuest(), await bookAsGuest()];
  const wrong = await call("GET", `/appointments/${theirs.id}`, asGuest(mine.manage_token));
  assertRefused(wrong, [401, "invalid_manage_token"], "another guest");
  assertRefused(await call("GET", `/appointments/${mine.id}`, asGuest()), [404, "not_found"], "no token");
  const link = await call("GET", `/appointments/${mine.id}/calendar.ics?token=${mine.manage_token}`, {});
  assert.equal(link.status, 200, "the link in a mail needs no header");
});
