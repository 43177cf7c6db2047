import assert from "node:assert/strict";
import { asPostgrest, httpStatus } from "./sql-errors.ts";

Deno.test("statuses follow PostgREST's table", () => {
  const expected: Record<string, number> = {
    P0001: 400,
    P0002: 500,
    "23514": 400,
    "23P01": 400,
    "23505": 409,
    "40001": 500,
    "57014": 500,
    "08006": 503,
    "53300": 503,
    "28000": 403,
    "25006": 405,
    "42883": 404,
    "42P17": 500,
    "22P02": 400,
  };
  for (const [code, status] of Object.entries(expected)) assert.equal(httpStatus(code), status, code);
});

Deno.test("an exclusion violation keeps its SQLSTATE, detail and hint in the body", () => {
  const answer = asPostgrest({ code: "23P01", message: "conflicting key", detail: "d", hint: "h" }) as {
    code: string;
    message: string;
    detail: string;
  };
  assert.equal(answer.code, "PGRST");
  assert.deepEqual(JSON.parse(answer.message), { code: "23P01", message: "conflicting key", details: "d", hint: "h" });
  assert.equal(JSON.parse(answer.detail).status, 400);
});

Deno.test("errors that lite handles and errors that are none of SQL's pass through", () => {
  const domain = { code: "PT409", message: "slot_taken" };
  assert.equal(asPostgrest(domain), domain);
  const network = Object.assign(new Error("gone"), { code: "ECONNRESET" });
  assert.equal(asPostgrest(network), network);
});
