import assert from "node:assert/strict";
import { parseOptions } from "./options.ts";

Deno.test("the defaults", () => {
  assert.deepEqual(parseOptions([]), {
    port: 54321,
    dbPort: undefined,
    data: ".stack",
    snapshots: undefined,
    fresh: false,
    help: false,
  });
});

Deno.test("every option is read", () => {
  const options = parseOptions(["--port", "1", "--db-port=2", "--data", "d", "--snapshots", "s", "--fresh"]);
  assert.deepEqual(options, { port: 1, dbPort: 2, data: "d", snapshots: "s", fresh: true, help: false });
});

Deno.test("what cannot be understood is named", () => {
  assert.throws(() => parseOptions(["--port", "x"]), { name: "StackError", message: /--port needs a port number/ });
  assert.throws(() => parseOptions(["--port", "70000"]), { name: "StackError" });
  assert.throws(() => parseOptions(["--nope"]), { name: "StackError", message: /--nope/ });
});
