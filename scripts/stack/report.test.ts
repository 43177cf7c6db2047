import assert from "node:assert/strict";
import { KEYS } from "./keys.ts";
import { report } from "./report.ts";

Deno.test("the table names every address, key and login once", () => {
  const table = report({
    url: "http://127.0.0.1:1",
    database: "/data",
    databaseUrl: undefined,
    keys: KEYS,
    functions: ["appointments"],
    logins: [{ email: "owner@clinic.test", roles: "owner at Clinic" }, { email: "c@example.test", roles: "" }],
  });
  for (
    const part of [
      "http://127.0.0.1:1/rest/v1",
      "ws://127.0.0.1:1/realtime/v1",
      "/functions/v1/appointments",
      "/data",
      KEYS.publishable,
      KEYS.secret,
      KEYS.jobs,
      "owner@clinic.test  owner at Clinic",
      "c@example.test",
      "almanac-demo",
    ]
  ) assert.equal(table.split(part).length, 2, part);
  const columns = table.split("\n").slice(1, -1).map((line) => line.search(/\s{2}\S/));
  assert.ok(columns.every((column) => column <= 40));
});
