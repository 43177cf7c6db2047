import assert from "node:assert/strict";
import { withDatabase } from "../calendar/database.ts";
import { asEvent, refusals, type Schema, verdicts } from "./verdicts.ts";

interface Group {
  keyword: string;
  description: string;
  schema: Schema;
  tests: [description: string, data: unknown, valid: boolean][];
}

const { groups }: { groups: Group[] } = JSON.parse(
  await Deno.readTextFile(new URL("data/json-schema-test-suite.json", import.meta.url)),
);

/** What of the suite cannot be declared: refused, not judged wrongly. */
const outside = [
  "definitions: valid definition: invalid_schema /properties/v/$ref",
  "definitions: invalid definition: invalid_schema /properties/v/$ref",
  "ref: root pointer ref: invalid_schema /properties/v/properties/foo/$ref",
  "ref: relative pointer ref to object: invalid_schema /properties/v/properties/bar/$ref",
  "ref: relative pointer ref to array: invalid_schema /properties/v/prefixItems/1/$ref",
  "ref: escaped pointer ref: invalid_schema /properties/v/properties/slash/$ref",
  "ref: Recursive references between schemas: invalid_schema /$defs/node/$id",
];

Deno.test("the JSON Schema test suite: what can be declared is judged as it should be", async () => {
  await withDatabase(async (db) => {
    const refused = await refusals(db, groups.map(({ schema }) => asEvent(schema)));
    assert.deepEqual(
      groups.flatMap(({ keyword, description }, at) =>
        refused[at] ? [`${keyword}: ${description}: ${refused[at]}`] : []
      ),
      outside,
    );
    const cases = groups.filter((_, at) => !refused[at]).flatMap(({ keyword, description, schema, tests }) =>
      tests.map(([what, data, valid]) => ({ name: `${keyword}: ${description}: ${what}`, schema, data, valid }))
    );
    const judged = await verdicts(db, cases.map(({ schema, data }) => [asEvent(schema), { v: data }]));
    assert.deepEqual(cases.filter(({ valid }, at) => judged[at] !== valid).map(({ name }) => name), []);
    assert.ok(cases.length > 300, `only ${cases.length}`);
  });
});
