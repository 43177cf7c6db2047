import type { Queryable } from "../../scripts/stack/db.ts";
import { slotsIn } from "./bookings.ts";
import type { Made, Tenant } from "./tenants.ts";

/** Books, asks for and holds what a tenant's customers did, with the secret key; what limits refuse is left out. */
export async function fillPlaces(db: Queryable, tenant: Tenant, { serviceId }: Made, range: [number, number]) {
  await db.query(
    `create or replace function pg_temp.take(command text) returns uuid language plpgsql as $take$
     declare
       made uuid;
     begin
       execute command into made;
       return made;
     exception when sqlstate 'PT409' then
       return null;
     end $take$`,
  );
  for (const { kind, over, choice, party } of tenant.places) {
    const slots = await slotsIn(db, serviceId, ...range, party);
    const slot = slots[Math.floor(choice * slots.length)];
    if (!slot) continue;
    const what = `'${serviceId}', '${new Date(slot.at).toISOString()}', party_size => ${party}`;
    const command = kind === "hold"
      ? `select public.place_hold(${what}) ->> 'id'`
      : `select public.book_appointment(${what}, guest => '{"name": "Guest", "phone": "12345"}') ->> 'id'`;
    await db.query("select pg_temp.take($1::text)", [command]);
    // Only what expires at all is over.
    if (!over) continue;
    await db.query("update public.holds set expires_at = now() where status = 'held'");
    await db.query("update public.appointments set expires_at = now() where status = 'pending'");
    await db.query(
      "update calendar.claims set expires_at = now() where expires_at is not null and owner_id in (select id from public.holds union select id from public.appointments)",
    );
  }
}
