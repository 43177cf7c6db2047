import { Cron } from "croner";

/** When a job of pg_cron is due. */
export interface Schedule {
  /** The first time after `since` at which it is due; null when there is none. */
  dueAfter(since: Date): Date | null;
}

const INTERVAL = /^(\d+)\s+seconds?$/i;
const FIELDS = 5;

/**
 * Reads what pg_cron reads: five fields in UTC (`$` is the last day of the month), `@daily` and its kin, and
 * `1 second` … `59 seconds`.
 *
 * @throws Error when it is none of these.
 */
export function parseSchedule(text: string): Schedule {
  const schedule = text.trim();
  const interval = INTERVAL.exec(schedule);
  if (interval) {
    const seconds = Number(interval[1]);
    if (seconds < 1 || seconds > 59) throw new Error(`invalid schedule: ${text}`);
    return { dueAfter: (since) => new Date(since.getTime() + seconds * 1000) };
  }
  if (!schedule.startsWith("@") && schedule.split(/\s+/).length !== FIELDS) {
    throw new Error(`invalid schedule: ${text}`);
  }
  const cron = new Cron(schedule.replaceAll("$", "L"), { timezone: "UTC", paused: true });
  return { dueAfter: (since) => cron.nextRun(since) };
}
