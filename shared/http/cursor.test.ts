import assert from "node:assert/strict";
import { decodeCursor, encodeCursor } from "./cursor.ts";
import { Problem } from "./problem.ts";

const keyset = { after: "2027-03-01T09:00:00.123456+00:00", id: "0199e2c4-7b1a-7cc3-8f0e-5a2d9c1b4e77" };

Deno.test("a cursor comes back as it was, microseconds too", () => {
  const cursor = encodeCursor(keyset);
  assert.match(cursor, /^[\w-]+$/);
  assert.deepEqual(decodeCursor(cursor), keyset);
});

Deno.test("anything else is invalid_cursor", () => {
  const forged = [["2027", keyset.id], [keyset.after, "1),id.gt.(0"], [keyset.after], {}].map((content) =>
    btoa(JSON.stringify(content))
  );
  for (const cursor of ["", "x", "§", encodeCursor(keyset).slice(1), ...forged]) {
    assert.throws(() => decodeCursor(cursor), (error) => error instanceof Problem && error.code === "invalid_cursor");
  }
});
