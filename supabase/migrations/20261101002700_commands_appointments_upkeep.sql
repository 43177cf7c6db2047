-- Appointments, upkeep: months ahead, the days' counts by a job, replay of the log, who hears the broadcasts.

-- A recount, not a sum of events: an event that comes twice, or late, changes nothing.
create function appointments.refresh_day(event jsonb)
returns integer
language plpgsql security definer set search_path = '' as $$
declare
  organization public.organizations;
  days date[];
  refreshed integer;
begin
  perform core.require_service();
  select * into organization from public.organizations o where o.id = (event ->> 'organization_id')::uuid;
  days := array(
    select distinct (t::timestamptz at time zone organization.time_zone)::date
    from unnest(array[event #>> '{data,starts_at}', event #>> '{data,previous,starts_at}']) t
    where t is not null and organization.id is not null
    order by 1);
  -- Two jobs of one day would otherwise each write what they counted before the other's change.
  perform pg_advisory_xact_lock(hashtextextended(organization.id::text || d, 0)) from unnest(days) d;
  delete from public.appointment_days a where a.organization_id = organization.id and a.day = any (days);
  insert into public.appointment_days (organization_id, service_id, day, booked, fulfilled, cancelled, no_show)
  select organization.id, a.service_id, d,
    count(*) filter (where a.status in ('pending', 'booked', 'arrived', 'checked_in', 'fulfilled')),
    count(*) filter (where a.status = 'fulfilled'),
    count(*) filter (where a.status = 'cancelled'),
    count(*) filter (where a.status = 'no_show')
  from unnest(days) d
  join public.appointments a on a.organization_id = organization.id
    and a.starts_at >= d::timestamp at time zone organization.time_zone
    and a.starts_at < (d + 1)::timestamp at time zone organization.time_zone
  group by a.service_id, d;
  get diagnostics refreshed = row_count;
  return refreshed;
end $$;
grant execute on function appointments.refresh_day(jsonb) to service_role;
comment on function appointments.refresh_day(jsonb) is 'See public.refresh_appointment_day.';

create function public.refresh_appointment_day(event jsonb)
returns integer
language sql security invoker set search_path = '' as $$ select appointments.refresh_day(event) $$;
grant execute on function public.refresh_appointment_day(jsonb) to service_role;
comment on function public.refresh_appointment_day(jsonb) is
  'Job: recounts appointment_days for the days that an appointment event touches ({organization_id, data: {starts_at, previous}}). Returns the rows written.';

create function appointments.replay(organization_id uuid)
returns table (appointment_id uuid, version bigint, status text, starts_at timestamptz, ends_at timestamptz, resource_ids uuid[])
language sql stable set search_path = '' as $$
  select distinct on (e.aggregate_id) e.aggregate_id, e.version, e.data ->> 'status',
    (e.data ->> 'starts_at')::timestamptz, (e.data ->> 'ends_at')::timestamptz,
    array(select r::uuid from jsonb_array_elements_text(e.data -> 'resource_ids') r)
  from core.events e
  where e.organization_id = replay.organization_id and e.aggregate_type = 'appointment'
  order by e.aggregate_id, e.version desc
$$;
comment on function appointments.replay(uuid) is
  'The appointments of an organization as the event log alone tells them. Must equal the table at all times.';

create function appointments.may_listen(topic text)
returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (
    select from public.appointments a
    where a.id = case when topic ~ '^appointment:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then substr(topic, 13)::uuid end
      and (a.customer_id = (select auth.uid()) or core.has_permission(a.organization_id, 'appointments.read')))
    or exists (
    select from public.waitlist_entries w
    where w.id = case when topic ~ '^waitlist_entry:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then substr(topic, 16)::uuid end
      and (w.customer_id = (select auth.uid()) or core.has_permission(w.organization_id, 'appointments.read')))
$$;
grant execute on function appointments.may_listen(text) to authenticated;
comment on function appointments.may_listen(text) is 'Whether a topic appointment:<id> or waitlist_entry:<id> is that of one which concerns the caller.';

create policy "those concerned hear of their appointment" on realtime.messages
  for select to authenticated using (extension = 'broadcast' and (select appointments.may_listen((select realtime.topic()))));

-- The desk must be able to call whom it expects: those who have booked there themselves. Whoever was only booked for has not
-- told the organization anything, or it could read anyone by booking for them. One policy, not a second: two for one operation are both evaluated.
alter policy "Users see their own profile and those of their organizations" on public.profiles using (
  id = (select auth.uid())
  or exists (
    select from public.memberships m
    where m.user_id = profiles.id and m.organization_id = any (array(select core.my_organization_ids('members.read')))
  )
  or exists (
    select from public.appointments a
    where a.customer_id = profiles.id and a.booked_by = a.customer_id and a.organization_id = any (array(select core.my_organization_ids('appointments.read')))
  ));

insert into core.aggregate_types (aggregate_type, domain) values
  ('appointment', 'appointments'), ('service', 'appointments'), ('resource', 'appointments'), ('session', 'appointments'),
  ('hold', 'appointments'), ('waitlist_entry', 'appointments');
select core.register_queue('appointments', 'appointments');
select core.register_consumer('appointments.days', array['appointment.*'], 'appointments', 'refresh_day');
select cron.schedule('appointments-months', '17 * * * *',
  $$select core.ensure_month_partitions('public.appointments', 'appointments', 3)$$);
select cron.schedule('appointments-holds', '5 seconds', $$select appointments.expire_holds()$$);
select cron.schedule('appointments-requests', '10 seconds', $$select appointments.lapse_requests()$$);
select cron.schedule('appointments-waitlist', '5 seconds', $$select appointments.offer_next()$$);
select cron.schedule('appointments-waitlist-over', '*/15 * * * *', $$select appointments.lapse_waiting()$$);
