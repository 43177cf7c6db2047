import postgres from "postgres";
import { type Db, openDb } from "../stack/db.ts";
import { openEngine } from "../stack/engine.ts";
import { prepareDatabase } from "../stack/prepare.ts";
import { silent } from "../stack/progress.ts";
import { readProject } from "../stack/project.ts";
import { openDoor } from "../stack/socket.ts";

/** Brings an empty database to where the migrations are; without the seed. */
async function migrate(db: Db): Promise<void> {
  await prepareDatabase(db, await readProject(), silent, { seed: false });
}

/** Hands over an embedded database that holds the migrations and nothing else. */
export async function withFreshEngine<T>(use: (db: Db) => Promise<T>): Promise<T> {
  const db = await openEngine("memory://");
  try {
    await migrate(db);
    return await use(db);
  } finally {
    await db.close();
  }
}

/** Hands over the URL of a new, empty database on a server; it is dropped afterwards. */
export async function withEmptyDatabase<T>(server: string, use: (url: string) => Promise<T>): Promise<T> {
  const name = `almanac_tool_${crypto.randomUUID().slice(0, 8)}`;
  const admin = postgres(server, { max: 1, onnotice: () => {} });
  try {
    await admin.unsafe(`create database ${name}`);
    const url = new URL(server);
    url.pathname = `/${name}`;
    return await use(url.href);
  } finally {
    await admin.unsafe(`drop database if exists ${name} with (force)`);
    await admin.end();
  }
}
/** Hands over the URL of a freshly migrated database: on the server of DATABASE_URL, otherwise embedded. */
export function withFreshDatabase<T>(use: (url: string) => Promise<T>): Promise<T> {
  const server = Deno.env.get("DATABASE_URL");
  if (!server) return withFreshEngine((db) => throughDoor(db, use));
  return withEmptyDatabase(server, async (url) => {
    const db = await openDb(url, { max: 2 });
    try {
      await migrate(db);
    } finally {
      await db.close();
    }
    return await use(url);
  });
}

async function throughDoor<T>(db: Db, use: (url: string) => Promise<T>): Promise<T> {
  const door = openDoor(db.connection.driver, 0);
  try {
    return await use(`postgresql://postgres@127.0.0.1:${door.port}/postgres?sslmode=disable`);
  } finally {
    await door.close();
  }
}
