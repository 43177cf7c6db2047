import assert from "node:assert/strict";
import { KEYS } from "../keys.ts";
import { refuseSecretInBrowser } from "./mod.ts";

const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

const status = (url: string, headers: Record<string, string>) =>
  refuseSecretInBrowser(new Request(`http://localhost${url}`, { headers }), KEYS)?.status;

Deno.test("a browser may not use a secret key, in whatever place", () => {
  for (const key of [KEYS.secret, KEYS.jobs]) {
    assert.equal(status("/functions/v1/x", { apikey: key, "user-agent": firefox }), 401);
    assert.equal(status(`/realtime/v1/websocket?apikey=${key}`, { "user-agent": firefox }), 401);
    assert.equal(status("/functions/v1/x", { apikey: key, "user-agent": "curl/8.5.0" }), undefined);
  }
  assert.equal(status("/rest/v1/x", { apikey: KEYS.publishable, "user-agent": firefox }), undefined);
});
