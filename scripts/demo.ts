/**
 * `deno task demo`: real use of a running backend with the unmodified supabase-js, over HTTP and WebSocket. Exits with 1
 * when anything differs from what it expects. ALMANAC_URL and ALMANAC_PUBLISHABLE_KEY name another backend.
 */
import { bookMoveAndCancel } from "./demo/booking.ts";
import { url } from "./demo/client.ts";
import { holdAndBook } from "./demo/hold.ts";
import { serveWalkIns } from "./demo/queue.ts";
import { bookCourse } from "./demo/series.ts";
import { fillSession } from "./demo/session.ts";
import { setStage } from "./demo/stage.ts";
import { Unexpected } from "./demo/steps.ts";
import { waitAndBook } from "./demo/waitlist.ts";

/** One after the other. Each leaves the clinic as it was, so that the demo can be run again. */
const acts = [bookMoveAndCancel, holdAndBook, fillSession, waitAndBook, bookCourse, serveWalkIns];

try {
  console.log(`Almanac demo against ${url}\n`);
  const stage = await setStage();
  for (const act of acts) await act(stage);
  console.log("\nAll as expected.");
  Deno.exit(0);
} catch (error) {
  console.error(error instanceof Unexpected ? `\nFAILED: ${error.message}` : error);
  Deno.exit(1);
}
