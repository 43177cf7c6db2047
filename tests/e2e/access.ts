import assert from "node:assert/strict";
import { ProblemSchema } from "../../shared/http/openapi.ts";
import { assertDocumented } from "./contract.ts";
import {
  type Answer,
  asGuest,
  asUser,
  type Clinic,
  newClinic,
  newUser,
  secretWord,
  stack,
  unsigned,
} from "./fixture.ts";

/** Everyone who may knock at a route. What a test makes belongs to the customer. */
export const everyone = [
  "owner",
  "staff",
  "colleague",
  "customer",
  "other customer",
  "outsider",
  "anonymous",
  "guest",
  "alg:none",
  "token as apikey",
] as const;
export type Caller = (typeof everyone)[number];

/** Status, and the code where it is refused. */
export type Expected = [number] | [number, string];

export async function newCast() {
  const clinic: Clinic = await newClinic();
  const [customer, otherCustomer, outsider] = await Promise.all([newUser(), newUser(), newUser()]);
  const { owner, staff, colleague } = clinic;
  const callers: Record<Caller, Record<string, string>> = {
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
  return { clinic, customer, otherCustomer, outsider, callers };
}

export const forged = {
  "alg:none": [401, "invalid_token"],
  "token as apikey": [401, "invalid_api_key"],
} satisfies Partial<Record<Caller, Expected>>;

export const strangers = {
  "other customer": [404, "not_found"],
  outsider: [404, "not_found"],
} satisfies Partial<Record<Caller, Expected>>;

export const signedInOnly = {
  anonymous: [401, "not_authenticated"],
  guest: [401, "not_authenticated"],
  ...forged,
} satisfies Partial<Record<Caller, Expected>>;

/** Any signed-in user; guests as said. */
export const anyUser = (allowed: Expected, guest: Expected = [401, "not_authenticated"]): Record<Caller, Expected> => ({
  owner: allowed,
  staff: allowed,
  colleague: allowed,
  customer: allowed,
  "other customer": allowed,
  outsider: allowed,
  ...signedInOnly,
  guest,
});

/** The owner alone, who manages; members are told so, to others it does not exist. */
export const managersOnly = (allowed: Expected): Record<Caller, Expected> => ({
  owner: allowed,
  staff: [403, "permission_denied"],
  colleague: [403, "permission_denied"],
  customer: [404, "not_found"],
  ...strangers,
  ...signedInOnly,
});

/** A refusal is a problem with its request's id, and tells nothing of what is refused. */
export function assertRefused(answer: Answer, [status, code]: Expected, who: string): void {
  assert.deepEqual([answer.status, answer.body?.code], [status, code], `${who}: ${answer.text}`);
  assertDocumented(answer);
  const problem = ProblemSchema.parse(answer.body);
  assert.equal(problem.request_id, answer.headers.get("x-request-id"));
  assert.doesNotMatch(answer.text, new RegExp(`${secretWord}|example\\.test`), `${who} is told what is not theirs`);
}

type Headers = Record<string, string>;

interface Thing {
  id: string;
  /** Of a guest's. */
  token?: string;
}

interface Matrix {
  expected: Record<Caller, Expected>;
  send: (headers: Headers, thing: Thing) => Promise<Answer>;
  /** Makes what the route is about; nothing where the route makes it. */
  make?: (of: "customer" | "guest") => Promise<Thing>;
  /** How the owner sees it: what is refused must leave it as it is. */
  look?: (thing: Thing) => Promise<unknown>;
  /** Whether the route leaves it as it is, so that one does for all. */
  reads?: boolean;
  accepted?: (answer: Answer, who: Caller) => void;
}

/** Each caller in turn: whoever may gets something of their own, the others are refused the customer's. */
export function accessTest(name: string, callers: Record<Caller, Headers>, matrix: Matrix): void {
  const { expected, send, look, reads = false, accepted } = matrix;
  const make: NonNullable<Matrix["make"]> = matrix.make ?? (() => Promise.resolve({ id: "" }));
  Deno.test(`${name}: each caller gets what is theirs`, async (t) => {
    const untouched = await make("customer");
    const before = await look?.(untouched);
    for (const who of everyone) {
      const outcome = expected[who];
      const allowed = outcome[0] < 300;
      await t.step(`${who}: ${outcome.join(" ")}`, async () => {
        const own = allowed && who === "guest" ? await make("guest") : undefined;
        const thing = own ?? (allowed && !reads ? await make("customer") : untouched);
        const answer = await send(own?.token ? asGuest(own.token) : callers[who], thing);
        if (!allowed) return assertRefused(answer, outcome, who);
        assert.equal(answer.status, outcome[0], answer.text);
        accepted?.(answer, who);
      });
    }
    assert.deepEqual(await look?.(untouched), before, "a refusal changed something");
  });
}
