import assert from "node:assert/strict";
import { createApp } from "../../../shared/http/app.ts";
import { registerRoutes } from "./routes.ts";

const id = "0199e2c4-7b1a-7cc3-8f0e-5a2d9c1b4e77";
const guest = { apikey: "sb_publishable_x" };

/** The function before a database that answers like this; without an answer it cannot be reached. */
async function withDatabase(
  answer: (() => Response) | undefined,
  use: (app: ReturnType<typeof createApp>) => Promise<void>,
) {
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, () => answer!());
  const settings = {
    url: `http://127.0.0.1:${server.addr.port}`,
    publishableKeys: { default: guest.apikey },
    secretKeys: {},
    jwks: { keys: [] },
  };
  if (!answer) await server.shutdown();
  const app = createApp({ name: "appointments", settings });
  registerRoutes(app);
  try {
    await use(app);
  } finally {
    if (answer) await server.shutdown();
  }
}

Deno.test("a database out of reach is 503 at once, with when to try again", async () => {
  await withDatabase(undefined, async (app) => {
    const started = performance.now();
    const response = await app.request(`/appointments/appointments/${id}`, { headers: guest });
    assert.deepEqual([response.status, (await response.json()).code], [503, "unavailable"]);
    assert.equal(response.headers.get("retry-after"), "1");
    assert.ok(performance.now() - started < 900);
  });
});

Deno.test("an answer of another shape, or an error of the inside, is 500 and tells nothing", async () => {
  const failure = { code: "42P01", message: 'relation "core.secrets" does not exist', details: null, hint: null };
  for (const answer of [() => Response.json({ secret: 1 }), () => Response.json(failure, { status: 404 })]) {
    await withDatabase(answer, async (app) => {
      const response = await app.request(`/appointments/${id}`, { headers: guest });
      const text = await response.text();
      assert.equal(response.status, 500);
      assert.deepEqual(Object.keys(JSON.parse(text)).sort(), [
        "code",
        "detail",
        "request_id",
        "status",
        "title",
        "type",
      ]);
      assert.doesNotMatch(text, /secret/);
    });
  }
});

Deno.test("fields that the contract does not name are not passed on", async () => {
  const row = {
    starts_at: "2027-03-01T09:00:00+00:00",
    ends_at: "2027-03-01T09:30:00+00:00",
    resource_ids: [],
    seats_left: 1,
    internal: "x",
  };
  await withDatabase(() => Response.json([row]), async (app) => {
    const range = "from=2027-03-01T00:00:00Z&to=2027-03-02T00:00:00Z";
    const response = await app.request(`/appointments/available-slots?service_id=${id}&${range}`, { headers: guest });
    const { slots, next_from } = await response.json();
    assert.deepEqual([Object.keys(slots[0]).sort(), next_from], [
      ["ends_at", "resource_ids", "seats_left", "starts_at"],
      null,
    ]);
  });
});

Deno.test("a guest's token is in no log line, whatever becomes of the request", async () => {
  const token = `${id}.c2lnbmF0dXJl`;
  const lines: string[] = [];
  const levels = ["log", "debug", "info", "warn", "error"] as const;
  const kept = levels.map((level) => [level, console[level]] as const);
  for (const level of levels) console[level] = (...words: unknown[]) => lines.push(words.map(String).join(" "));
  const link = { ...guest, "x-manage-token": token };
  const json = { ...guest, "content-type": "application/json" };
  const failure = { code: "P0001", message: "broken", details: `Failing row contains (${token})`, hint: token };
  try {
    for (const answer of [undefined, () => Response.json(failure, { status: 500 }), () => Response.json({})]) {
      await withDatabase(answer, async (app) => {
        for (
          const path of [
            `/${id}`,
            `/${id}/history`,
            `/holds/${id}`,
            `/waitlist/${id}`,
            `/${id}/calendar.ics?token=${token}`,
          ]
        ) {
          await app.request(`/appointments${path}`, { headers: link });
          await app.request(`/appointments${path}`, { headers: link, method: "DELETE" });
        }
        const body = JSON.stringify({ service_id: id, hold_id: id, hold_token: token });
        await app.request("/appointments", { method: "POST", headers: json, body });
        await app.request("/appointments", { method: "POST", headers: json, body: body.slice(1) });
      });
    }
  } finally {
    for (const [level, write] of kept) console[level] = write;
  }
  assert.ok(lines.length > 30, "every request is logged");
  assert.doesNotMatch(lines.join("\n"), /c2lnbmF0dXJl/);
});
