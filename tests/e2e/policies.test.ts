import assert from "node:assert/strict";
import { Policy, PolicyPage, PolicyVersions, Publication } from "../../supabase/functions/documents/schemas.ts";
import {
  accessTest,
  anyUser,
  assertRefused,
  type Caller,
  type Expected,
  managersOnly,
  newCast,
  strangers,
} from "./access.ts";
import { asKey, newKey } from "./credentials.ts";
import { callDocuments as call, callPlatform, newClinic } from "./fixture.ts";
import { newPolicy, policyOf, publish, sagaOver } from "./policy-fixture.ts";
import { assertIdempotent, bodyRefusals, type Refusal, refusalsTest } from "./refusals.ts";

const { clinic, callers } = await newCast();
const { owner, organizationId: organization_id } = clinic;
const unknownId = crypto.randomUUID();

/** Published, and free for the next change. */
async function published() {
  const policy = await newPolicy(owner, organization_id);
  await sagaOver(owner, (await publish(owner, policy.id)).saga_id);
  return policy;
}
const shared = await published();
const look = ({ id }: { id: string }) => policyOf(owner, id);
const draft = () => newPolicy(owner, organization_id);
const members: Record<Caller, Expected> = {
  ...managersOnly([200]),
  staff: [200],
  colleague: [200],
  customer: [404, "not_found"],
  ...strangers,
};

accessTest("write a policy", callers, {
  expected: {
    ...managersOnly([201]),
    customer: [403, "permission_denied"],
    "other customer": [403, "permission_denied"],
    outsider: [403, "permission_denied"],
  },
  send: (as) => call("POST", "/policies", as, { organization_id, title: "Rules", body: "One" }),
  accepted: ({ body, headers }) => {
    assert.deepEqual(Policy.parse(body), body);
    assert.match(headers.get("location")!, new RegExp(`/documents/policies/${body.id}$`));
  },
});
accessTest("read a published policy", callers, {
  expected: members,
  make: () => Promise.resolve(shared),
  reads: true,
  look,
  send: (as, { id }) => call("GET", `/policies/${id}`, as),
  accepted: ({ body }) => assert.deepEqual(Policy.parse(body), body),
});
accessTest("read a draft", callers, {
  expected: { ...managersOnly([200]), staff: [404, "not_found"], colleague: [404, "not_found"] },
  make: draft,
  reads: true,
  look,
  send: (as, { id }) => call("GET", `/policies/${id}`, as),
});
accessTest("read the versions of a policy", callers, {
  expected: members,
  make: () => Promise.resolve(shared),
  reads: true,
  look,
  send: (as, { id }) => call("GET", `/policies/${id}/versions`, as),
  accepted: ({ body }) => assert.equal(PolicyVersions.parse(body).items.length, 1),
});
accessTest("list policies", callers, {
  expected: anyUser([200]),
  send: (as) => call("GET", `/policies?organization_id=${organization_id}&limit=1`, as),
  accepted: ({ body }, who) =>
    assert.equal(PolicyPage.parse(body).items.length, ["owner", "staff", "colleague"].includes(who) ? 1 : 0, who),
});
accessTest("save a version", callers, {
  expected: managersOnly([201]),
  make: draft,
  look,
  send: (as, { id }) => call("POST", `/policies/${id}/versions`, as, { body: "Two" }),
  accepted: ({ body }) => assert.equal(Policy.parse(body).latest_version, 2),
});
accessTest("publish", callers, {
  expected: managersOnly([202]),
  make: draft,
  look,
  send: (as, { id }) => call("POST", `/policies/${id}/publish`, as, {}),
  accepted: ({ body, headers }) => {
    assert.deepEqual(Publication.parse(body), body);
    assert.match(headers.get("location")!, new RegExp(`/platform/sagas/${body.saga_id}$`));
  },
});
accessTest("withdraw", callers, {
  expected: managersOnly([200]),
  make: published,
  look,
  send: (as, { id }) => call("POST", `/policies/${id}/withdraw`, as),
  accepted: ({ body }) => assert.equal(Policy.parse(body).status, "draft"),
});
accessTest("archive", callers, {
  expected: managersOnly([200]),
  make: draft,
  look,
  send: (as, { id }) => call("POST", `/policies/${id}/archive`, as),
  accepted: ({ body }) => assert.equal(Policy.parse(body).status, "archived"),
});

const as = callers.owner;
const own = await draft();
const archived = await draft();
await call("POST", `/policies/${archived.id}/archive`, as);
const empty = (await call("POST", "/policies", as, { organization_id, title: "Empty" })).body;
const create = (body: unknown, more: Record<string, string> = {}) =>
  call("POST", "/policies", { ...as, ...more }, body);
const save = (body: unknown, more: Record<string, string> = {}) =>
  call("POST", `/policies/${own.id}/versions`, { ...as, ...more }, body);
const publishing = (id: string, body: unknown, more: Record<string, string> = {}) =>
  call("POST", `/policies/${id}/publish`, { ...as, ...more }, body);

const refusals: Refusal[] = [
  ...bodyRefusals(create),
  ["no title", () => create({ organization_id }), 422, "invalid_input"],
  ["a title of blanks", () => create({ organization_id, title: "  " }), 422, "invalid_input"],
  ["an unknown organization", () => create({ organization_id: unknownId, title: "x" }), 403, "permission_denied"],
  ["a text of blanks", () => save({ body: " \n" }), 422, "invalid_input"],
  ["a library", () => save({ body: "x".repeat(200_001) }), 422, "invalid_input"],
  ["a null character", () => save({ body: "a\0b" }), 422, "invalid_input"],
  ["a time that is none", () => save({ body: "x", effective_from: "soon" }), 422, "invalid_input"],
  ["a version that has passed", () => save({ body: "x" }, { "if-match": '"99"' }), 409, "version_conflict"],
  [
    "a version of an archived one",
    () => call("POST", `/policies/${archived.id}/versions`, as, { body: "x" }),
    409,
    "policy_archived",
  ],
  ["publishing it", () => publishing(archived.id, {}), 409, "policy_archived"],
  ["publishing nothing", () => publishing(empty.id, {}), 422, "invalid_input"],
  ["publishing version 0", () => publishing(own.id, { number: 0 }), 422, "invalid_input"],
  ["publishing a version to come", () => publishing(own.id, { number: 9 }), 422, "invalid_input"],
  ["publishing what has changed", () => publishing(own.id, {}, { "if-match": '"99"' }), 409, "version_conflict"],
  ["publishing what is published", () => publishing(shared.id, { number: 1 }), 409, "already_published"],
  ["withdrawing what is not", () => call("POST", `/policies/${own.id}/withdraw`, as), 409, "not_published"],
  ["an unknown policy", () => call("GET", `/policies/${unknownId}`, as), 404, "not_found"],
  ["publishing an unknown one", () => publishing(unknownId, {}), 404, "not_found"],
  ["an id that is none", () => call("GET", "/policies/42", as), 422, "invalid_input"],
  ["a list of nobody's", () => call("GET", "/policies", as), 422, "invalid_input"],
  [
    "a broken cursor",
    () => call("GET", `/policies?organization_id=${organization_id}&cursor=x`, as),
    400,
    "invalid_cursor",
  ],
  [
    "an unknown status",
    () => call("GET", `/policies?organization_id=${organization_id}&status=x`, as),
    422,
    "invalid_input",
  ],
];
refusalsTest("policies: bad input is refused with its status and code", refusals);

Deno.test("policies: what is written twice under one key is written once", async () => {
  const policy = { organization_id, title: "Once", body: "One" };
  await assertIdempotent(create, policy, { ...policy, title: "Twice" });
  await assertIdempotent(save, { body: "Once" }, { body: "Twice" });
});

Deno.test("publishing twice under one key is one publication", async () => {
  const { id } = await draft();
  const key = { "idempotency-key": crypto.randomUUID() };
  const answers = await Promise.all([1, 2, 3].map(() => publishing(id, {}, key)));
  assert.deepEqual(answers.map(({ status }) => status), [202, 202, 202]);
  assert.equal(new Set(answers.map(({ body }) => body.saga_id)).size, 1);
  assert.equal((await sagaOver(owner, answers[0]!.body.saga_id)).status, "done");
  assert.equal((await publishing(id, { number: 1 }, key)).body.code, "idempotency_mismatch");
});

Deno.test("of publications at the same time one is done, and the policy is free again", async () => {
  const { id } = await draft();
  const answers = await Promise.all([1, 2, 3].map(() => publishing(id, {})));
  const begun = answers.filter(({ status }) => status === 202);
  assert.ok(begun.length > 0);
  const sagas = await Promise.all(begun.map(({ body }) => sagaOver(owner, body.saga_id)));
  assert.equal(sagas.filter(({ status }) => status === "done").length, 1);
  assert.ok(sagas.every(({ status }) => status === "done" || status === "undone"));
  const { status, current_version, publication_id } = await policyOf(owner, id);
  assert.deepEqual([status, current_version, publication_id], ["published", 1, null]);
});

Deno.test("a list goes on page by page", async () => {
  const ids: string[] = [];
  for (let cursor: string | null = "";;) {
    const query: string = `/policies?organization_id=${organization_id}&limit=3${cursor && `&cursor=${cursor}`}`;
    const page = PolicyPage.parse((await call("GET", query, as)).body);
    ids.push(...page.items.map(({ id }) => id));
    if ((cursor = page.next_cursor) === null) break;
  }
  assert.ok(ids.length > 6);
  assert.equal(new Set(ids).size, ids.length);
});

Deno.test("programs write and publish policies by their scopes, and only their organization's", async () => {
  const { key } = await newKey(clinic, ["policies.read", "policies.manage", "organization.manage"]);
  const reader = await newKey(clinic, ["policies.read"]);
  const foreign = await newKey(await newClinic(), ["policies.read", "policies.manage"]);
  const written = await call("POST", "/policies", asKey(key), { organization_id, title: "By a program", body: "One" });
  assert.equal(written.status, 201, written.text);
  const path = `/policies/${written.body.id}`;
  assertRefused(await call("POST", `${path}/publish`, asKey(reader.key), {}), [403, "permission_denied"], "a reader");
  assertRefused(await call("POST", `${path}/publish`, asKey(foreign.key), {}), [404, "not_found"], "another's key");
  const begun = await call("POST", `${path}/publish`, asKey(key), {});
  assert.equal(begun.status, 202, begun.text);
  assert.equal((await sagaOver(owner, begun.body.saga_id)).status, "done");
  assert.equal((await call("GET", path, asKey(reader.key))).body.current_version, 1);
  assert.equal((await call("GET", path, asKey(foreign.key))).status, 404);
  assert.equal((await callPlatform("GET", `/sagas/${begun.body.saga_id}`, asKey(key))).body.status, "done");
  assert.equal((await callPlatform("GET", `/sagas/${begun.body.saga_id}`, asKey(foreign.key))).status, 404);
});
