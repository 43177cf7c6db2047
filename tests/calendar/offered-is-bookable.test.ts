import assert from "node:assert/strict";
import fc from "fast-check";
import type { Db, Queryable } from "../../scripts/stack/db.ts";
import { attempts, moves, prepareAttempts, type Slot, slotsIn } from "./bookings.ts";
import { engine, withDatabase } from "./database.ts";
import { fillPlaces } from "./places.ts";
import { createTenant, type Made, type Tenant, tenants } from "./tenants.ts";

const minute = 60_000;
/** Another seed: ALMANAC_SEED=7 deno test … */
const seed = Number(Deno.env.get("ALMANAC_SEED") ?? 20261120);
const runs = engine === "native" ? 40 : 25;

/** At most so many of a list, its ends among them. */
function some<T>(list: readonly T[], limit: number): T[] {
  const step = Math.max(1, Math.ceil(list.length / limit));
  return list.filter((_, at) => at % step === 0 || at === list.length - 1);
}

class Undo extends Error {}

/** Runs a check on a tenant in a transaction that is rolled back. */
async function onTenant(db: Db, tenant: Tenant, check: (db: Queryable, made: Made, now: number) => Promise<void>) {
  try {
    await db.tx(async (transaction) => {
      const made = await createTenant(transaction, tenant);
      await prepareAttempts(transaction);
      const [clock] = await transaction.query<{ now: number }>(
        "select (extract(epoch from now()) * 1000)::float8 as now",
      );
      await fillPlaces(transaction, tenant, made, rangeOf(tenant, clock!.now));
      await transaction.query(
        `select set_config('request.jwt.claims', jsonb_build_object('role', 'authenticated', 'sub', gen_random_uuid())::text, true)`,
      );
      await check(transaction, made, clock!.now);
      throw new Undo();
    });
  } catch (error) {
    if (!(error instanceof Undo)) throw error;
  }
}

function rangeOf({ range }: Tenant, now: number): [number, number] {
  const from = Math.floor(now / (60 * minute)) * 60 * minute + range.from * minute;
  return [from, from + range.minutes * minute];
}

/** Starts that are not offered: between slots, beside them, and anywhere in the range. */
function otherStarts(tenant: Tenant, slots: readonly Slot[], [from, to]: [number, number]): number[] {
  const offered = new Set(slots.map(({ at }) => at));
  const beside = some(slots, 8).flatMap(({ at }) => [at - 5 * minute, at + minute, at + 1000, at + 15 * minute]);
  const anywhere = Array.from(
    { length: 16 },
    (_, n) => from + Math.round((to - from) * n / 16 / (5 * minute)) * 5 * minute,
  );
  const taken = tenant.resources.flatMap(({ claims }) =>
    claims.map(({ at }) => Math.floor(from / 3.6e6) * 3.6e6 + at * minute)
  );
  return [...new Set([...beside, ...anywhere, ...some(taken, 8)])].filter((at) =>
    at >= from && at < to && !offered.has(at)
  );
}

const refusals = /^(slot_taken|session_full|limit_reached|slot_not_offered:(closed|off_grid|too_soon|too_far|absent))$/;

let booked = 0;
let refused = 0;

async function checkBookings(
  db: Queryable,
  tenant: Tenant,
  { serviceId, resourceIds }: Made,
  now: number,
): Promise<void> {
  const range = rangeOf(tenant, now);
  const slots = await slotsIn(db, serviceId, ...range, tenant.party);
  const tried = some(slots, 40);
  assert.deepEqual(
    await attempts(db, serviceId, tried, tenant.party),
    tried.map(() => "booked"),
    "an offered slot was refused",
  );
  const chosen = some(slots.flatMap(({ at, choices }) => choices.map((id) => ({ at, chosen: id }))), 15);
  assert.deepEqual(
    await attempts(db, serviceId, chosen, tenant.party),
    chosen.map(() => "booked"),
    "a choice was refused",
  );
  booked += tried.length + chosen.length;

  const others = otherStarts(tenant, slots, range);
  const wrong = (await attempts(db, serviceId, others.map((at) => ({ at })), tenant.party)).map((
    said,
    at,
  ) => [new Date(others[at]!).toISOString(), said])
    .filter(([, said]) => !refusals.test(said!));
  assert.deepEqual(wrong, [], "a start that is not offered was not refused as it should be");
  const membersOf = (wanted: "any" | "all") =>
    tenant.groups.flatMap(({ rule, members }) => rule === wanted ? members.map((member) => resourceIds[member]!) : []);
  const choosable = new Set(membersOf("any")).difference(new Set(membersOf("all")));
  const notChoices = some(slots, 5).flatMap(({ at, choices }) =>
    [...choosable].filter((id) => !choices.includes(id)).map((id) => ({ at, chosen: id }))
  );
  for (const said of await attempts(db, serviceId, notChoices, tenant.party)) assert.match(said, refusals);
  refused += others.length + notChoices.length;
}

Deno.test("what is offered can be booked, nothing else can, and the range asked for changes nothing", async (t) => {
  await withDatabase(async (db) => {
    await t.step(
      "every slot books, with each who could serve it; any other start is refused with its reason",
      async () => {
        const property = fc.asyncProperty(
          tenants,
          (tenant) => onTenant(db, tenant, (transaction, made, now) => checkBookings(transaction, tenant, made, now)),
        );
        await fc.assert(property, { numRuns: runs, seed, endOnFailure: true });
        console.log(`${booked} bookings of offered slots, ${refused} refusals of other starts (seed ${seed})`);
        assert.ok(booked > 5 * runs && refused > 5 * runs, "the tenants were too closed to tell anything");
      },
    );

    await t.step("a reason given is the true one", async () => {
      const property = fc.asyncProperty(
        tenants,
        (tenant) => onTenant(db, tenant, (transaction, made, now) => checkReasons(transaction, tenant, made, now)),
      );
      await fc.assert(property, { numRuns: runs, seed: seed + 1, endOnFailure: true });
    });

    await t.step("a booking can be moved to every slot that is offered beside it", async () => {
      const property = fc.asyncProperty(
        tenants,
        (tenant) =>
          onTenant(db, tenant, async (transaction, { serviceId }, now) => {
            const range = rangeOf(tenant, now);
            const [first] = await slotsIn(transaction, serviceId, ...range, tenant.party);
            if (!first) return;
            const [row] = await transaction.query<{ id: string }>(
              "select public.book_appointment($1::text::uuid, $2::text::timestamptz, party_size => $3::text::integer) ->> 'id' as id",
              [serviceId, new Date(first.at).toISOString(), `${tenant.party}`],
            );
            const starts = some(
              (await slotsIn(transaction, serviceId, ...range, tenant.party)).map(({ at }) => at),
              20,
            );
            assert.deepEqual(await moves(transaction, row!.id, starts), starts.map(() => "booked"));
          }),
      );
      await fc.assert(property, { numRuns: runs, seed: seed + 2, endOnFailure: true });
    });

    await t.step("a range split anywhere has the same slots", async () => {
      const property = fc.asyncProperty(
        tenants,
        (tenant) =>
          onTenant(db, tenant, async (transaction, { serviceId }, now) => {
            const [from] = rangeOf(tenant, now);
            // Long enough for runs of weeks.
            const to = from + 30 * 1440 * minute;
            const whole = await slotsIn(transaction, serviceId, from, to, tenant.party);
            const cuts = [
              from,
              ...tenant.range.splits.map((part) => from + Math.floor((to - from) * part)).sort((a, b) => a - b),
              to,
            ];
            const parts: Slot[] = [];
            for (let at = 1; at < cuts.length; at++) {
              parts.push(...await slotsIn(transaction, serviceId, cuts[at - 1]!, cuts[at]!, tenant.party));
            }
            assert.deepEqual(parts, whole);
            for (const slot of some(whole, 5)) {
              assert.deepEqual(
                await slotsIn(transaction, serviceId, slot.at, slot.at + 1, tenant.party),
                [slot],
                "asked for alone",
              );
            }
          }),
      );
      await fc.assert(property, { numRuns: runs, seed: seed + 3, endOnFailure: true });
    });
  });
});

/** Compares each refusal with what stands in the tables, told apart by plain comparison of times. */
async function checkReasons(db: Queryable, tenant: Tenant, { serviceId }: Made, now: number): Promise<void> {
  const range = rangeOf(tenant, now);
  const slots = await slotsIn(db, serviceId, ...range, tenant.party);
  const starts = otherStarts(tenant, slots, range);
  const said = await attempts(db, serviceId, starts.map((at) => ({ at })), tenant.party);
  const { minimum_notice_minutes: notice, booking_horizon_days: days } = tenant.service as Record<string, number>;
  const facts = await db.query<{ claimed: boolean; away: boolean }>(
    `select exists (
         select from calendar.claims c, public.service_group_members m
         where m.service_id = s.id and c.resource_id = m.resource_id and c.during && t.taken
           and (c.expires_at is null or c.expires_at > now())) as claimed,
       exists (
         select from public.service_group_members m
         left join public.absences a on a.resource_id = m.resource_id and a.during && t.taken
         left join calendar.busy_times b on b.resource_id = m.resource_id and b.during && t.taken
         where m.service_id = s.id and coalesce(a.resource_id, b.resource_id) is not null) as away
     from jsonb_array_elements_text($2::text::jsonb) with ordinality as x(at, n), public.services s,
       lateral (select tstzrange(x.at::timestamptz - make_interval(mins => s.buffer_before_minutes),
         x.at::timestamptz + make_interval(mins => s.duration_minutes + s.buffer_after_minutes)) as taken) t
     where s.id = $1::text::uuid order by x.n`,
    [serviceId, JSON.stringify(starts.map((at) => new Date(at).toISOString()))],
  );
  starts.forEach((at, n) => {
    const early = at < now + notice! * minute;
    const late = at > now + days! * 1440 * minute;
    const shown = `${new Date(at).toISOString()} ${said[n]}`;
    assert.equal(said[n] === "slot_not_offered:too_soon", early, shown);
    assert.equal(said[n] === "slot_not_offered:too_far", late && !early, shown);
    if (said[n] === "slot_taken") assert.ok(facts[n]!.claimed, `${shown}: nothing claimed there`);
    if (said[n] === "slot_not_offered:absent") assert.ok(facts[n]!.away, `${shown}: nobody is away`);
  });
}
