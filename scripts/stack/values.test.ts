import assert from "node:assert/strict";
import { byteaText, isoTimestamp, numericValue, postgresTypes } from "./values.ts";

Deno.test("timestamps take the form of to_json", () => {
  assert.equal(isoTimestamp("2026-01-01 10:00:00+00"), "2026-01-01T10:00:00+00:00");
  assert.equal(isoTimestamp("2026-01-01 10:00:00.25+05:45"), "2026-01-01T10:00:00.25+05:45");
  assert.equal(isoTimestamp("2026-01-01 10:00:00"), "2026-01-01T10:00:00");
});

Deno.test("timestamps that are no instants stay as they are", () => {
  for (const text of ["infinity", "-infinity", "0044-03-15 12:00:00+00 BC"]) assert.equal(isoTimestamp(text), text);
});

Deno.test("numeric becomes a number, but not NaN or Infinity", () => {
  assert.equal(numericValue("10.50"), 10.5);
  assert.equal(numericValue("NaN"), "NaN");
  assert.equal(numericValue("Infinity"), "Infinity");
});

Deno.test("bytes are written as PostgREST writes them, text passes through", () => {
  assert.equal(byteaText(new Uint8Array([0, 10, 255])), "\\x000aff");
  assert.equal(byteaText("\\x00"), "\\x00");
});

Deno.test("json text is not encoded a second time", () => {
  assert.equal(postgresTypes.jsonb!.serialize('{"a":1}'), '{"a":1}');
  assert.equal(postgresTypes.jsonb!.serialize({ a: 1 }), '{"a":1}');
});
