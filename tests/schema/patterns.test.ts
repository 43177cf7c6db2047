import fc from "fast-check";
import assert from "node:assert/strict";
import { withDatabase } from "../calendar/database.ts";

const atom = fc.constantFrom(
  ..."ab1-_é ".split(""),
  ...["\\d", "\\D", "\\w", "\\W", "\\s", "\\S", "\\.", "\\-", "\\/", "\\n", "\\u0061", ".", "^", "$"],
  ...["[ab]", "[^ab]", "[a-c1]", "[\\d-]", "[\\w.]", "[.^$]", "[^\\n]", "[\\]a]"],
);
const quantifier = fc.constantFrom("", "", "", "*", "+", "?", "*?", "+?", "{2}", "{1,2}", "{1,}");
const { pattern } = fc.letrec<{ pattern: string; part: string }>((tie) => ({
  part: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.tuple(atom, quantifier).map((parts) => parts.join("")),
    fc.tuple(fc.constantFrom("(", "(?:"), tie("pattern"), quantifier).map(([open, inner, times]) =>
      `${open}${inner})${times}`
    ),
  ),
  pattern: fc.oneof(
    fc.array(tie("part"), { minLength: 1, maxLength: 4 }).map((parts) => parts.join("")),
    fc.tuple(tie("part"), tie("part")).map((parts) => parts.join("|")),
  ),
}));
const text = fc.string({ unit: fc.constantFrom(..."ab1.-_é \n/]^$".split("")), maxLength: 6 });

const compiled = (pattern: string) => {
  try {
    return new RegExp(pattern, "s");
  } catch {
    return undefined;
  }
};

Deno.test("patterns that may be declared match what they match in ECMAScript", async () => {
  const cases = fc.sample(fc.tuple(pattern, fc.array(text, { minLength: 5, maxLength: 5 })), {
    numRuns: 4000,
    seed: 11,
  });
  await withDatabase(async (db) => {
    const rows = await db.query<{ problem: string | null; matches: boolean[] | null }>(
      `select core.pattern_problem(p ->> 0) as problem,
         case when core.pattern_problem(p ->> 0) is null then (
           select jsonb_agg(core.string_fault(jsonb_build_object('pattern', p ->> 0), t) is null order by n)
           from jsonb_array_elements_text(p -> 1) with ordinality as texts (t, n))
         end as matches
       from jsonb_array_elements($1::jsonb) with ordinality as listed (p, nth) order by nth`,
      [JSON.stringify(cases)],
    );
    const usable = rows.flatMap(({ problem, matches }, at) =>
      problem === null ? [{ case: cases[at]!, matches: matches! }] : []
    );
    assert.ok(usable.length > 2000, `only ${usable.length} can be declared`);
    const wrong = usable.flatMap(({ case: [pattern, texts], matches }) => {
      const expected = compiled(pattern);
      return texts.filter((text, at) => expected && expected.test(text) !== matches[at]).map((text) => [pattern, text]);
    });
    assert.deepEqual(wrong.slice(0, 10), []);
  });
});

Deno.test("no pattern that may be declared takes long", async () => {
  const long = "a".repeat(50_000);
  const patterns = [
    "(a+)+b",
    "(a|aa)+b",
    "(a*)*b",
    "(.*a){20}b",
    "^(([a-z])+.)+[A-Z]([a-z])+$",
    "(a?){300}b",
    "(x{1,30}){1,30}",
    "a.*a.*a.*a.*b",
  ];
  await withDatabase(async (db) => {
    for (const pattern of patterns) {
      const started = performance.now();
      const [row] = await db.query<{ fits: boolean | null }>(
        `select case when core.pattern_problem($1) is null then core.string_fault(jsonb_build_object('pattern', $1::text), $2) is null end as fits`,
        [pattern, long],
      );
      const took = performance.now() - started;
      assert.ok(took < 2_000, `${pattern}: ${took} ms, ${row!.fits}`);
    }
  });
});
