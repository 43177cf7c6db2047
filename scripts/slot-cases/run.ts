import type { Db, Queryable } from "../stack/db.ts";
import { ask } from "./ask.ts";
import type { ReadCase, SlotCase } from "./format.ts";
import { type BusyAs, planOf } from "./plan.ts";

export interface Outcome {
  readonly id: string;
  readonly name: string;
  readonly result: "passed" | "failed";
  /** Why it failed, a line each. */
  readonly notes: readonly string[];
}

/** Undoes what a case wrote. */
class Rollback<T> extends Error {
  constructor(readonly value: T) {
    super("rolled back");
  }
}

async function inRolledBack<T>(db: Db, work: (transaction: Queryable) => Promise<T>): Promise<T> {
  try {
    return await db.tx(async (transaction) => {
      throw new Rollback(await work(transaction));
    });
  } catch (error) {
    if (error instanceof Rollback) return error.value;
    throw error;
  }
}

const normalized = (instants: readonly string[]): string[] =>
  [...new Set(instants.map((instant) => new Date(instant).toISOString()))].sort();

const shown = (instants: readonly string[]): string =>
  instants.slice(0, 12).map((instant) => instant.replace(".000Z", "Z")).join(", ") +
  (instants.length > 12 ? ` and ${instants.length - 12} more` : "");

/** What is wrong with an answer, a line each. */
export function differences(answer: readonly string[], of: SlotCase, busyAs: BusyAs): string[] {
  const got = normalized(answer);
  const acceptable = [of.expected, ...of.also_acceptable ?? []].map(normalized);
  if (acceptable.some((list) => list.join() === got.join())) return [];
  const expected = acceptable[0]!;
  const missing = expected.filter((instant) => !got.includes(instant));
  const extra = got.filter((instant) => !expected.includes(instant));
  const how = busyAs === "claims" ? " (busy time as claims)" : "";
  return [
    ...missing.length ? [`missing${how}: ${shown(missing)}`] : [],
    ...extra.length ? [`extra${how}: ${shown(extra)}`] : [],
  ];
}

async function runCase(db: Db, of: SlotCase): Promise<string[]> {
  const plan = planOf(of);
  const notes: string[] = [];
  for (const busyAs of plan.busyAs) {
    const answer = await inRolledBack(db, (transaction) => ask(transaction, of, plan, busyAs));
    notes.push(...differences(answer, of, busyAs));
  }
  return notes;
}

/** Runs cases against a migrated database, each in a transaction that is rolled back. */
export async function runCases(db: Db, cases: readonly ReadCase[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const read of cases) {
    if ("problem" in read) {
      outcomes.push({ id: read.id, name: "", result: "failed", notes: [`cannot be read: ${read.problem}`] });
      continue;
    }
    const { id, name } = read.case;
    const notes = await runCase(db, read.case).catch((error: Error) => [`error: ${error.message}`]);
    outcomes.push({ id, name, result: notes.length ? "failed" : "passed", notes });
  }
  return outcomes;
}
