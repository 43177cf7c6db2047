import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import assert from "node:assert/strict";
import { withDatabase } from "../calendar/database.ts";
import { asEvent, refusals, type Schema, verdicts } from "./verdicts.ts";

const runs = 1000;
const names = fc.constantFrom("a", "b", "c", "a/b");
const whole = fc.integer({ min: 0, max: 3 });
const scalar = fc.oneof(
  fc.integer({ min: -3, max: 6 }),
  fc.constantFrom(0.5, 1.5, -2.25, 1e21),
  fc.constantFrom("", "a", "ab", "b1", "é", "😀x", "0199e2c4"),
  fc.boolean(),
  fc.constant(null),
);
const { value: data } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: "medium" },
    scalar,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(names, tie("value"), { maxKeys: 4 }),
  ),
}));
const type = fc.constantFrom("object", "array", "string", "number", "integer", "boolean", "null");

/** Every keyword of the subset but the formats, which the suite has. */
const { schema } = fc.letrec<{ schema: Schema; named: Schema; list: Schema[] }>((tie) => {
  const optional = (fields: Record<string, fc.Arbitrary<unknown>>) =>
    fc.record(fields, { requiredKeys: [] }) as fc.Arbitrary<Record<string, unknown>>;
  const bare = fc.oneof(
    optional({ type: fc.oneof(type, fc.uniqueArray(type, { minLength: 1, maxLength: 3 })) }),
    optional({ const: data, enum: fc.array(scalar, { minLength: 1, maxLength: 3 }) }),
    optional({
      minimum: scalar.filter(Number.isFinite),
      exclusiveMaximum: whole,
      multipleOf: fc.constantFrom(0.5, 2, 3),
    }),
    optional({ exclusiveMinimum: whole, maximum: whole }),
    optional({
      minLength: whole,
      maxLength: whole,
      pattern: fc.constantFrom("^a", "b$", "^[a-c]\\d?$", "\\W", "^.{2,3}$"),
    }),
    optional({ required: fc.uniqueArray(names, { maxLength: 2 }), minProperties: whole, maxProperties: whole }),
    optional({ minItems: whole, maxItems: whole, uniqueItems: fc.boolean() }),
    fc.constant({ $ref: "#/$defs/d" }),
  );
  const compound = fc.oneof(
    optional({ properties: tie("named"), additionalProperties: tie("schema") }),
    optional({
      properties: tie("named"),
      required: fc.uniqueArray(names, { maxLength: 3 }),
      type: fc.constant("object"),
    }),
    optional({ patternProperties: fc.dictionary(fc.constantFrom("^a", "b$", "."), tie("schema"), { maxKeys: 2 }) }),
    optional({ propertyNames: fc.constantFrom({ maxLength: 1 }, { pattern: "^[ab]" }, { enum: ["a", "a/b"] }) }),
    optional({ dependentRequired: fc.dictionary(names, fc.uniqueArray(names, { maxLength: 2 }), { maxKeys: 2 }) }),
    optional({ dependentSchemas: tie("named") }),
    optional({ prefixItems: tie("list"), items: tie("schema") }),
    optional({ contains: tie("schema"), minContains: whole, maxContains: whole }),
    optional({ if: tie("schema"), then: tie("schema"), else: tie("schema") }),
    optional({ allOf: tie("list"), anyOf: tie("list") }),
    optional({ oneOf: tie("list"), not: tie("schema") }),
  );
  return {
    named: fc.dictionary(names, tie("schema"), { maxKeys: 3 }) as fc.Arbitrary<Schema>,
    list: fc.array(tie("schema"), { minLength: 1, maxLength: 3 }) as fc.Arbitrary<Schema[]>,
    schema: fc.oneof({ maxDepth: 3, depthSize: "medium" }, bare, fc.boolean(), compound, compound) as fc.Arbitrary<
      Schema
    >,
  };
});

Deno.test("schemas and data at random are judged as ajv judges them", async () => {
  const definition = { type: ["integer", "object", "null"], maxProperties: 1 };
  // ajv asks objects for their methods, which those of fast-check have not
  const samples: [Schema, unknown[]][] = JSON.parse(
    JSON.stringify(fc.sample(fc.tuple(schema, fc.array(data, { minLength: 1, maxLength: 5 })), {
      numRuns: runs,
      seed: 7,
    })),
  );
  const cases = samples.map(([schema, values]) => ({
    schema: { ...asEvent(schema), $defs: { d: definition } },
    values: values.map((v) => ({ v })),
  }));
  const ajv = new Ajv2020({ strict: false });
  await withDatabase(async (db) => {
    assert.deepEqual((await refusals(db, cases.map(({ schema }) => schema))).filter(Boolean), []);
    const pairs = cases.flatMap(({ schema, values }) => {
      const judge = ajv.compile(schema);
      return values.map((value) => ({ schema, value, valid: judge(value) as boolean }));
    });
    const judged = await verdicts(db, pairs.map(({ schema, value }) => [schema, value]));
    const wrong = pairs.filter(({ valid }, at) => judged[at] !== valid).slice(0, 5);
    assert.deepEqual(wrong.map((pair) => JSON.stringify(pair)), []);
    const fitting = pairs.filter(({ valid }) => valid).length / pairs.length;
    assert.ok(fitting > 0.2 && fitting < 0.8, `${fitting} of them fit: that tests one side only`);
  });
});
