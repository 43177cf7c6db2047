import assert from "node:assert/strict";
import { join } from "node:path";
import { loadSigningKey } from "./mod.ts";
import { createTokens } from "./tokens.ts";

Deno.test("the key survives a restart, and with it the sessions", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const file = join(folder, "signing-key.json");
    const issuer = "http://localhost/auth/v1";
    const tokens = async () => createTokens({ issuer, signingKey: await loadSigningKey(file), jwtSecret: "inner" });
    const exp = Math.floor(Date.now() / 1000) + 60;
    const token = await (await tokens()).sign({ iss: issuer, role: "authenticated", sub: "x", exp });
    assert.equal((await (await tokens()).verify(token)).sub, "x");
    const { mode } = await Deno.stat(file);
    if (mode !== null) assert.equal(mode & 0o077, 0, "others may read the private key");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
