import { startCron } from "./cron.ts";
import type { Db } from "./db.ts";
import { extensionSources } from "./extensions.ts";
import { startNet } from "./net.ts";

/** A part of the stack that has to be stopped. */
export interface Service {
  stop(): Promise<void>;
}

/** Does the work of pg_net and pg_cron where the server does not do it itself; the last one listed stops first. */
export async function startBackground(db: Db, log: (line: string) => void): Promise<Service[]> {
  const sources = await extensionSources(db);
  const services: Service[] = [];
  if (sources.pg_net === "stand-in") services.push(await startNet(db, { log }));
  if (sources.pg_cron === "stand-in") services.push(startCron(db, { log }));
  return services;
}
