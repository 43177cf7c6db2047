import assert from "node:assert/strict";
import { stack } from "./fixture.ts";

Deno.test("the demo does all that it says, twice", async () => {
  for (let run = 0; run < 2; run++) {
    const demo = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--quiet", new URL("../../scripts/demo.ts", import.meta.url).pathname],
      env: { ALMANAC_URL: stack.url, ALMANAC_PUBLISHABLE_KEY: stack.publishableKey, NO_COLOR: "1" },
    });
    const { code, stdout, stderr } = await demo.output();
    const text = new TextDecoder().decode(stdout);
    assert.equal(code, 0, text + new TextDecoder().decode(stderr));
    assert.match(text, /409 slot_taken: .+ has an appointment from/);
    assert.match(text, /409 slot_taken: .+ has a hold/);
    assert.match(text, /409 session_full/);
    assert.match(text, /who waited hears waitlist.offered/);
    assert.match(text, /409 series_conflicts: .+ slot_taken/);
    assert.match(text, /Counter 1: W\d+ called, Counter 2: W\d+ called, Laboratory: W\d+ called/);
    assert.match(text, /the counters serve everyone else .+ nobody is called\n +nobody waits/);
  }
});
