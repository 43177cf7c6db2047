import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { type ReadCase, readCases, type SlotCase } from "../../scripts/slot-cases/format.ts";
import { planOf } from "../../scripts/slot-cases/plan.ts";
import { differences, runCases } from "../../scripts/slot-cases/run.ts";
import { withDatabase } from "./database.ts";

const file = fileURLToPath(new URL("data/slot-cases.json", import.meta.url));
const cases = await readCases(file);

async function theCase(id: string, changes: Partial<SlotCase> = {}): Promise<SlotCase> {
  const found = (await readCases(file)).find((candidate): candidate is ReadCase & { case: SlotCase } =>
    candidate.id === id && "case" in candidate
  );
  return { ...found!.case, ...changes };
}

Deno.test("every slot case passes, and a wrong one fails", async () => {
  await withDatabase(async (db) => {
    const outcomes = await runCases(db, cases);
    const failures = outcomes.filter(({ result }) => result === "failed");
    assert.deepEqual(failures.map(({ id, notes }) => `${id}: ${notes.join("; ")}`), []);
    assert.equal(outcomes.filter(({ result }) => result === "passed").length, 58);

    const wrong = await theCase("S083", { expected: ["2026-04-10T09:00:00Z", "2026-04-10T10:00:00Z"] });
    const [outcome] = await runCases(db, [{ id: "S083", case: wrong }]);
    assert.deepEqual(outcome!.notes, ["missing: 2026-04-10T10:00:00Z", "extra: 2026-04-10T09:30:00Z"]);

    const [row] = await db.query<{ n: number }>("select count(*)::int as n from public.resources");
    assert.equal(row!.n, 0, "the cases left rows behind");
  });
});

Deno.test("what does not block is left out, and what does keeps its own buffers", async () => {
  const [start, end] = ["2026-06-01T10:00:00Z", "2026-06-01T11:00:00Z"];
  const base = await theCase("S159", { now: "2026-05-01T00:00:00Z", requester: "me" });
  const periods = (busy: SlotCase["busy"]) => planOf({ ...base, busy }).resources[0]!.periods;
  assert.equal(periods([{ start, end, status: "cancelled" }, { start, end, status: "no_show" }]).length, 0);
  assert.equal(periods([{ start, end, status: "rejected" }, { start, end, status: "pending" }]).length, 1);
  assert.equal(periods([{ start, end, kind: "hold", holder: "me" }]).length, 0);
  assert.equal(periods([{ start, end, kind: "hold", holder: "other", expires_at: "2026-05-01T00:00:00Z" }]).length, 0);
  assert.equal(periods([{ start, end, kind: "hold", holder: "other", expires_at: "2026-05-01T00:00:01Z" }]).length, 1);
  assert.equal(periods([{ start, end: start }]).length, 0);
  assert.deepEqual(periods([{ start, end, buffer_before_min: 15, buffer_after_min: 5 }]), [
    {
      from: Date.parse("2026-06-01T09:45:00Z"),
      to: Date.parse("2026-06-01T11:05:00Z"),
      seats: 1,
      start: Date.parse(start),
      minutes: 60,
    },
  ]);
});

Deno.test("busy time is tried as claims too where it can be", async () => {
  const base = await theCase("S159");
  const apart = [
    { start: "2026-06-01T10:00:00Z", end: "2026-06-01T10:30:00Z" },
    { start: "2026-06-01T10:30:00Z", end: "2026-06-01T11:00:00Z" },
  ];
  assert.deepEqual(planOf({ ...base, busy: apart }).busyAs, ["imported", "claims"]);
  assert.deepEqual(planOf({ ...base, busy: [apart[0]!, apart[0]!] }).busyAs, ["imported"]);
  assert.deepEqual(planOf({ ...base, busy: [] }).busyAs, ["imported"]);
});

Deno.test("seats are counted at each instant, however those who have them come and go", async () => {
  const base = await theCase("S104");
  const staggered = {
    ...base,
    capacity: 2,
    busy: [["08:00", "08:40"], ["08:30", "09:15"], ["09:15", "09:45"], ["10:00", "10:30"], ["10:10", "10:20"]].map((
      [start, end],
    ) => ({ start: `2024-06-03T${start}:00Z`, end: `2024-06-03T${end}:00Z` })),
    expected: ["2024-06-03T09:00:00Z"],
  };
  await withDatabase(async (db) => {
    const [outcome] = await runCases(db, [{ id: "staggered", case: staggered }]);
    assert.deepEqual(outcome!.notes, []);
  });
});

Deno.test("a list that is acceptable too passes, in any order and precision", async () => {
  const base = await theCase("S130");
  assert.deepEqual(differences(base.also_acceptable![0]!.toReversed(), base, "imported"), []);
  assert.deepEqual(differences(base.expected.map((at) => at.replace("Z", ".000+00:00")), base, "imported"), []);
  assert.equal(differences([], base, "claims")[0]!.startsWith("missing (busy time as claims): "), true);
});

Deno.test("a case that cannot be read is a failure of its own", async () => {
  const path = await Deno.makeTempFile({ suffix: ".json" });
  try {
    await Deno.writeTextFile(path, JSON.stringify({ cases: [{ id: "X1", name: "no duration" }, 5] }));
    const read = await readCases(path);
    assert.deepEqual(read.map((entry) => [entry.id, "problem" in entry]), [["X1", true], ["#2", true]]);
    await Deno.writeTextFile(path, "nonsense");
    await assert.rejects(readCases(path), /^Error: .*\.json: /);
  } finally {
    await Deno.remove(path);
  }
});
