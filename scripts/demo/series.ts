import { type Answer, type Client, invoke, signUp } from "./client.ts";
import { nextClockChange, nextWeek, weekOf, weeksLater } from "./clock.ts";
import { freeSlots, type Slot, type Stage } from "./stage.ts";
import { expect, step } from "./steps.ts";

const weeks = 5;
const weekMs = 7 * 24 * 3_600_000;

interface Course {
  service_id: string;
  starts_at: string;
  intake: object;
}

/** A course of treatment: weekly over the next clock change if it can be booked that far ahead, around a date that is taken. */
export async function bookCourse(stage: Stage): Promise<void> {
  const { customer, clinic: { time_zone } } = stage;
  const service_id = stage.service("Physiotherapy");
  const { from, change } = await whenToStart(stage, service_id);
  const [first, hourLater] = twoInARow(await freeSlots(customer, service_id, from));
  const course: Course = { service_id, starts_at: first.starts_at, intake: { area: "Knee" } };

  const other = await signUp("other");
  const third = { ...course, starts_at: weeksLater(first.starts_at, 2, time_zone) };
  const taken = await invoke(other, "POST", "appointments", third);
  expect(taken.status === 201, `another's booking of the third date was answered ${JSON.stringify(taken)}`);

  await refuseCourse(stage, course, third.starts_at, change);
  const booked = await bookTheOthers(stage, course);
  await moveTheRest(stage, booked, hourLater);
  const cancelled = await step(
    "  and cancels it (DELETE …)",
    () => invoke(customer, "DELETE", `series/${booked.id}`),
    ({ body }) => body.appointments?.map(({ status }: { status: string }) => status).join(", "),
  );
  expect(cancelled.status === 200, `the cancellation was answered ${JSON.stringify(cancelled)}`);
  // Whoever runs the demo again finds the clinic as it was.
  await invoke(other, "DELETE", `appointments/${taken.body.id}`, {});
}

/** The week in which the course starts: two before the clocks change, or the next one. */
async function whenToStart({ customer, clinic }: Stage, service_id: string) {
  const { data } = await customer.from("services").select("booking_horizon_days").eq("id", service_id).single();
  expect(data, "the terms of the service cannot be read");
  const lastWeeks = weeks * 7 + 7;
  const change = nextClockChange(clinic.time_zone, data.booking_horizon_days - lastWeeks);
  if (!change) return { from: nextWeek(), change };
  const before = change.getTime() - 2 * weekMs;
  return { from: weekOf(Math.max(before, Date.now() + weekMs)), change };
}

/** A slot of the middle of the week and the one an hour after it. */
function twoInARow(slots: readonly Slot[]): [Slot, Slot] {
  const hour = (slot: Slot) => Date.parse(slot.starts_at) / 3_600_000;
  const found = slots.findIndex((slot, n) => {
    const next = slots[n + 1];
    return n > slots.length / 3 && next && hour(next) === hour(slot) + 1;
  });
  expect(found >= 0, "there are no two slots in a row");
  return [slots[found]!, slots[found + 1]!];
}

const postCourse = (client: Client, course: Course, on_conflict: "refuse" | "skip") =>
  invoke(client, "POST", "series", { ...course, rrule: `FREQ=WEEKLY;COUNT=${weeks}`, on_conflict });

async function refuseCourse({ customer, say }: Stage, course: Course, taken: string, change: Date | null) {
  const over = change ? `, over ${new Intl.DateTimeFormat("en-GB", { dateStyle: "medium" }).format(change)}` : "";
  const refused = await step(
    "a course of 5 weeks (POST /series)",
    () => postCourse(customer, course, "refuse"),
    ({ status, body }) =>
      `from ${say(course.starts_at)}${over && `${over} when the clocks change`}: ${status} ${body.code}: ` +
      (body.conflicts ?? []).map((conflict: Record<string, string>) => `${say(conflict.starts_at)} ${conflict.code}`)
        .join(", "),
  );
  expect(
    refused.status === 409 && refused.body.code === "series_conflicts" && refused.body.conflicts.length === 1 &&
      Date.parse(refused.body.conflicts[0].starts_at) === Date.parse(taken),
    `the course was answered ${JSON.stringify(refused)}`,
  );
}

const startsOf = ({ body }: Answer): string[] =>
  (body.appointments ?? []).map(({ starts_at }: { starts_at: string }) => starts_at);

/** The days of a course with their times: on the clinic's clocks and in UTC. */
function tell({ clinic }: Stage, starts: readonly string[]): string {
  const on = (timeZone: string, options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat("en-GB", { timeZone, ...options });
  const date = on(clinic.time_zone, { day: "numeric", month: "short" });
  const [local, utc] = [clinic.time_zone, "UTC"].map((zone) => on(zone, { timeStyle: "short" })) as [
    Intl.DateTimeFormat,
    Intl.DateTimeFormat,
  ];
  return starts.map((start) => new Date(start))
    .map((start) => `${date.format(start)} ${local.format(start)} (${utc.format(start)} UTC)`).join(", ");
}

const timesOfDay = ({ clinic }: Stage, starts: readonly string[]) => {
  const format = new Intl.DateTimeFormat("en-GB", { timeZone: clinic.time_zone, timeStyle: "short" });
  return starts.map((start) => format.format(new Date(start)));
};

async function bookTheOthers(stage: Stage, course: Course) {
  const booked = await step(
    "  with on_conflict: skip",
    () => postCourse(stage.customer, course, "skip"),
    (answer) => `${tell(stage, startsOf(answer))}; ${answer.body.skipped?.length} skipped`,
  );
  const starts = startsOf(booked);
  expect(
    booked.status === 201 && starts.length === weeks - 1 && booked.body.skipped.length === 1,
    `the course around the taken date was answered ${JSON.stringify(booked)}`,
  );
  expect(new Set(timesOfDay(stage, starts)).size === 1, `the course does not keep its time of day: ${starts}`);
  return booked.body;
}

async function moveTheRest(
  stage: Stage,
  series: { id: string; appointments: { id: string; starts_at: string }[] },
  { starts_at }: Slot,
) {
  const [, second] = series.appointments;
  const { time_zone } = stage.clinic;
  const moved = await step(
    "  moves this and following (PATCH …)",
    () =>
      invoke(stage.customer, "PATCH", `series/${series.id}`, {
        scope: "following",
        appointment_id: second!.id,
        starts_at: weeksLater(starts_at, 1, time_zone),
      }),
    (answer) => tell(stage, startsOf(answer)),
  );
  const [before, ...after] = timesOfDay(stage, startsOf(moved));
  const [hourLater] = timesOfDay(stage, [starts_at]);
  expect(
    moved.status === 200 && before !== hourLater && after.every((time) => time === hourLater),
    `the move was answered ${JSON.stringify(moved)}`,
  );
}
