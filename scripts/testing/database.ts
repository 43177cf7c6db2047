import postgres from "postgres";
import { messageOf, StackError } from "../stack/errors.ts";

/** Hands over a database of its own on the server of `url`; it is dropped afterwards. */
export async function withTestDatabase<T>(url: string, use: (url: string) => Promise<T>): Promise<T> {
  const name = `almanac_test_${crypto.randomUUID().slice(0, 8)}`;
  const admin = postgres(url, { max: 1, onnotice: () => {} });
  try {
    await admin.unsafe(`create database ${name}`).catch((error) => {
      throw new StackError(`DATABASE_URL: cannot make a database to test in: ${messageOf(error) || error.code}`);
    });
    const own = new URL(url);
    own.pathname = `/${name}`;
    return await use(own.href);
  } finally {
    await admin.unsafe(`drop database if exists ${name} with (force)`).catch(() => {});
    await admin.end({ timeout: 5 });
  }
}
