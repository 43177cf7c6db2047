import assert from "node:assert/strict";
import { openScratch } from "../testing/scratch.ts";
import { withTestDatabase } from "../testing/database.ts";
import { provideExtensions } from "./extensions.ts";
import { connectServer, requireVersion } from "./server.ts";

Deno.test("a server that is not there", async () => {
  await assert.rejects(connectServer("postgresql://postgres@127.0.0.1:1/postgres"), {
    name: "StackError",
    message: "DATABASE_URL: cannot connect: connect ECONNREFUSED 127.0.0.1:1",
  });
});

Deno.test("a port where something else listens", async () => {
  const other = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, () => new Response("no database"));
  const url = `postgresql://postgres@127.0.0.1:${other.addr.port}/postgres`;
  await assert.rejects(connectServer(url, 1, 500), {
    name: "StackError",
    message: "DATABASE_URL: cannot connect: no PostgreSQL answered within 0.5 s",
  });
  await other.shutdown();
});

Deno.test("a server that is too old", async () => {
  const db = await openScratch();
  await requireVersion(db, 17);
  await assert.rejects(requireVersion(db, 18), {
    name: "StackError",
    message: /^DATABASE_URL: the server is PostgreSQL 17\.\d+.*; 18 or later is needed\.$/,
  });
  await db.close();
});

const server = Deno.env.get("DATABASE_URL");
if (!server) console.log("skipped: a native server's errors; run with DATABASE_URL=postgresql://… to see them");

Deno.test({ name: "a native server that lacks a database or an extension", ignore: !server }, async () => {
  const unknown = new URL(server!);
  unknown.pathname = "/almanac_no_such_database";
  await assert.rejects(connectServer(unknown.href), {
    name: "StackError",
    message: /"almanac_no_such_database" does not exist/,
  });
  await withTestDatabase(server!, async (url) => {
    const db = await connectServer(url, 1);
    await assert.rejects(provideExtensions(db, ["postgis_of_nowhere"]), {
      name: "StackError",
      message: /^the server lacks the extension postgis_of_nowhere \(on Debian and Ubuntu: apt-get install \S+\)\.$/,
    });
    await db.close();
  });
});
