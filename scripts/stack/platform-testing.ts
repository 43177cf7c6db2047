import { openScratch } from "../testing/scratch.ts";
import type { Db } from "./db.ts";
import { createLite, type Lite } from "./lite.ts";
import { preparePlatform } from "./platform.ts";
import { readProject } from "./project.ts";
import { connectServer } from "./server.ts";

/** A database as a new hosted project is, before its first migration. */
export interface Platform extends AsyncDisposable {
  db: Db;
  lite: Lite;
}

/** Embedded, gone with the test; for tests of what stands on the platform. */
export async function openPlatform(extensions: string[] = []): Promise<Platform> {
  return await prepare(await openScratch(), extensions);
}

/** The native server tests may use, if the environment names one. */
export const serverUrl: string | undefined = Deno.env.get("DATABASE_URL");

/** On a database of its own of the server at `url`, which goes when the test is over. */
export async function openServerPlatform(url: string, extensions: string[] = []): Promise<Platform> {
  const name = `stack_${crypto.randomUUID().slice(0, 8)}`;
  const server = await connectServer(url, 1);
  try {
    await server.query(`create database ${name}`);
    const own = new URL(url);
    own.pathname = `/${name}`;
    const platform = await prepare(await connectServer(own.href), extensions);
    return {
      ...platform,
      [Symbol.asyncDispose]: async () => {
        await platform[Symbol.asyncDispose]();
        await server.query(`drop database if exists ${name} with (force)`);
        await server.close();
      },
    };
  } catch (error) {
    await server.close();
    throw error;
  }
}

async function prepare(db: Db, extensions: string[]): Promise<Platform> {
  const { config } = await readProject();
  const lite = createLite(db, config);
  await preparePlatform(db, lite, extensions);
  return { db, lite, [Symbol.asyncDispose]: () => db.close() };
}
