import assert from "node:assert/strict";
import { ProblemSchema } from "../../shared/http/openapi.ts";
import { assertDocumented } from "./contract.ts";
import type { Answer } from "./fixture.ts";

/** What is sent, how, and the status and code that it is refused with. */
export type Refusal = [name: string, send: () => Promise<Answer>, status: number, code: string];

/** Sends each and asserts that it is refused as it should be, never with a 500. */
export function refusalsTest(name: string, refusals: readonly Refusal[]): void {
  Deno.test(name, async (t) => {
    for (const [what, send, status, code] of refusals) {
      await t.step(`${what}: ${status} ${code}`, async () => {
        const answer = await send();
        assert.deepEqual([answer.status, answer.body?.code], [status, code], answer.text);
        assertDocumented(answer);
        const problem = ProblemSchema.parse(answer.body);
        assert.equal(problem.status, status);
        assert.equal(answer.headers.get("content-type"), "application/problem+json");
        if (code === "invalid_input") assert.ok(problem.errors ?? problem.field ?? problem.detail);
      });
    }
  });
}

/** What every body of JSON is refused for, whatever the route. */
export function bodyRefusals(send: (body: unknown, headers?: Record<string, string>) => Promise<Answer>): Refusal[] {
  return [
    ["no JSON", () => send("{"), 400, "invalid_json"],
    ["an empty body", () => send(""), 400, "invalid_json"],
    ["another type of body", () => send("x", { "content-type": "text/plain" }), 415, "unsupported_media_type"],
    ["10 MB of body", () => send(`{"notes":"${"x".repeat(10_000_000)}"}`), 413, "payload_too_large"],
    ["a list for an object", () => send([]), 422, "invalid_input"],
    ["nothing for an object", () => send("null"), 422, "invalid_input"],
    ["a field that nobody knows", () => send({ nonsense: 1 }), 422, "invalid_input"],
  ];
}

/** What is sent twice under one key is done once; another request under the key is refused. */
export async function assertIdempotent(
  send: (body: unknown, headers: Record<string, string>) => Promise<Answer>,
  body: object,
  other: object,
): Promise<void> {
  const key = { "idempotency-key": crypto.randomUUID() };
  const answers = [await send(body, key), ...await Promise.all([send(body, key), send(body, key)])];
  for (const answer of answers) {
    assert.equal(answer.status, 201, answer.text);
    assert.deepEqual(answer.body, answers[0]!.body);
  }
  const refused = await send(other, key);
  assert.deepEqual([refused.status, refused.body.code], [409, "idempotency_mismatch"]);
  const long = await send(body, { "idempotency-key": "x".repeat(201) });
  assert.deepEqual([long.status, long.body.code], [422, "invalid_input"]);
}
