import assert from "node:assert/strict";
import { currentTraceparent, traceHeaders, traceIds, withSpan } from "./span.ts";
import { formatTraceparent, newTraceContext, parseTraceparent } from "./trace-context.ts";

const parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

Deno.test("a traceparent is read as the standard says, and anything else is none", () => {
  assert.deepEqual(parseTraceparent(parent), {
    traceId: "0af7651916cd43dd8448eb211c80319c",
    spanId: "b7ad6b7169203331",
    flags: 1,
  });
  assert.equal(formatTraceparent(parseTraceparent(parent)!), parent);
  const wrong = [
    undefined,
    null,
    "",
    "x",
    `${parent}-more`,
    `${parent}, ${parent}`,
    parent.toUpperCase(),
    parent.replace(/^00/, "ff"),
    `00-${"0".repeat(32)}-b7ad6b7169203331-01`,
    `00-0af7651916cd43dd8448eb211c80319c-${"0".repeat(16)}-01`,
  ];
  for (const value of wrong) assert.equal(parseTraceparent(value), undefined, String(value));
  assert.ok(parseTraceparent(formatTraceparent(newTraceContext())));
});

Deno.test("without an exporter the trace of the parent is carried on", async () => {
  await withSpan("outer", { parent }, async () => {
    assert.equal(currentTraceparent(), parent);
    await withSpan("inner", {}, async () => {
      await Promise.resolve();
      assert.equal(currentTraceparent(), parent);
      assert.deepEqual(traceHeaders(), { traceparent: parent });
    });
  });
  assert.equal(currentTraceparent(), undefined);
  assert.deepEqual(traceIds(), {});
});

Deno.test("without a parent a trace begins, one for each piece of work", async () => {
  const seen = await Promise.all(["one", "two"].map((name) =>
    withSpan(name, { parent: "nonsense" }, async () => {
      const before = currentTraceparent();
      await new Promise((resolve) => setTimeout(resolve, 1));
      assert.equal(currentTraceparent(), before);
      return traceIds().trace_id;
    })
  ));
  assert.equal(new Set(seen).size, 2);
});

Deno.test("parent: null begins a trace even within another", async () => {
  await withSpan(
    "outer",
    { parent },
    () => withSpan("inner", { parent: null }, () => assert.notEqual(traceIds().trace_id, parent.slice(3, 35))),
  );
});
