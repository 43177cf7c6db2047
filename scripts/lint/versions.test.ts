import assert from "node:assert/strict";
import { versions } from "./versions.ts";

const manifest = (path: string, imports: Record<string, string>) => ({ path, text: JSON.stringify({ imports }) });

Deno.test("exact npm versions and local paths pass", () => {
  const files = [
    manifest("deno.json", { hono: "npm:hono@4.13.19", "hono/": "npm:/hono@4.13.19/", "@x/y": "npm:@x/y@1.0.0-beta.2" }),
    manifest("supabase/functions/appointments/deno.json", { hono: "npm:hono@4.13.19", "shared/": "../../../shared/" }),
  ];
  assert.deepEqual(versions.check(files), []);
});

Deno.test("ranges, missing versions and other registries are found", () => {
  for (const target of ["npm:hono@^4.13.19", "npm:hono", "npm:hono@4", "github:hono/hono@4.13.19"]) {
    assert.equal(versions.check([manifest("deno.json", { hono: target })]).length, 1, target);
  }
});

Deno.test("a function cannot run another version than the root's", () => {
  const files = [
    manifest("deno.json", { hono: "npm:hono@4.13.19" }),
    manifest("supabase/functions/appointments/deno.json", { hono: "npm:hono@4.13.18" }),
  ];
  assert.match(versions.check(files)[0]!.message, /differs from the root's/);
});
