import { z } from "zod";

/** `["09:00", "17:00"]`, wall-clock; an end that is not after its start is on the next day, `24:00` the next midnight. */
const Window = z.tuple([z.string(), z.string()]);

const WorkingHours = z.looseObject({
  weekly: z.record(z.string(), z.array(Window).nullish()).nullish(),
  overrides: z.record(z.string(), z.array(Window).nullish()).nullish(),
});

const Busy = z.looseObject({
  start: z.iso.datetime({ offset: true }),
  end: z.iso.datetime({ offset: true }),
  buffer_before_min: z.number().nullish(),
  buffer_after_min: z.number().nullish(),
  status: z.string().nullish(),
  kind: z.string().nullish(),
  expires_at: z.iso.datetime({ offset: true }).nullish(),
  holder: z.string().nullish(),
  seats: z.int().nonnegative().nullish(),
});
export type Busy = z.infer<typeof Busy>;

const Resource = z.looseObject({
  id: z.string().nullish(),
  role: z.string().nullish(),
  timezone: z.string().nullish(),
  working_hours: WorkingHours.nullish(),
  busy: z.array(Busy).nullish(),
});
export type Resource = z.infer<typeof Resource>;

const Grid = z.looseObject({
  mode: z.enum(["opening", "gap", "midnight", "optimized"]),
  round_to_min: z.int().positive().nullish(),
  prefer: z.array(z.int().positive()).nullish(),
});

const Instants = z.array(z.iso.datetime({ offset: true }));

/** A case of slot computation. What it does not name is left out of it; fields not listed here are ignored. */
const SlotCase = z.looseObject({
  id: z.string(),
  name: z.string().default(""),
  tags: z.array(z.string()).default([]),
  timezone: z.string().nullish(),
  working_hours: WorkingHours.nullish(),
  duration_min: z.number().positive(),
  interval_min: z.number().positive().nullish(),
  grid: Grid.default({ mode: "opening" }),
  buffer_before_min: z.number().nonnegative().nullish(),
  buffer_after_min: z.number().nonnegative().nullish(),
  min_notice_min: z.number().nonnegative().nullish(),
  now: z.iso.datetime({ offset: true }).nullish(),
  busy: z.array(Busy).nullish(),
  shared_busy: z.array(Busy).nullish(),
  query: z.looseObject({ from: z.iso.datetime({ offset: true }), to: z.iso.datetime({ offset: true }) }),
  resources: z.array(Resource).nullish(),
  combine: z.string().nullish(),
  capacity: z.int().nullish(),
  party_size: z.int().nullish(),
  requester: z.string().nullish(),
  limits: z.record(z.string(), z.int().nonnegative().nullish()).nullish(),
  expected: Instants,
  also_acceptable: z.array(Instants).nullish(),
});
export type SlotCase = z.infer<typeof SlotCase>;

const CaseFile = z.union([
  z.looseObject({ cases: z.array(z.unknown()) }).transform(({ cases }) => cases),
  z.array(z.unknown()),
]);

/** A case as read, or what is wrong with it: one that cannot be read is a failure of its own, not of the file. */
export type ReadCase = { readonly id: string; readonly case: SlotCase } | {
  readonly id: string;
  readonly problem: string;
};

/**
 * Reads a file of slot cases: `{"cases": […]}` or a bare list.
 *
 * @throws Error with one line when it is no such file.
 */
export async function readCases(path: string): Promise<ReadCase[]> {
  let content: unknown;
  try {
    content = JSON.parse(await Deno.readTextFile(path));
  } catch (error) {
    throw new Error(`${path}: ${(error as Error).message}`);
  }
  const file = CaseFile.safeParse(content);
  if (!file.success) throw new Error(`${path}: neither a list of cases nor an object with "cases"`);
  return file.data.map((entry, at) => {
    const parsed = SlotCase.safeParse(entry);
    if (parsed.success) return { id: parsed.data.id, case: parsed.data };
    const id = (entry as { id?: unknown } | null)?.id;
    return {
      id: typeof id === "string" ? id : `#${at + 1}`,
      problem: z.prettifyError(parsed.error).replace(/\s+/g, " "),
    };
  });
}
