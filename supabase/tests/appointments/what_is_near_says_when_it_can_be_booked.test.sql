begin;
set local search_path = extensions;
select plan(11);

select tests.create_clinic();
update public.organizations set listed = true where slug = 'clinic';
select tests.create_location('Main', 52.52, 13.4), tests.create_location('Annex', 52.53, 13.4);
select tests.create_resource('Day', opens => '00:00', closes => '24:00'), tests.create_resource('Cat', opens => '00:00', closes => '24:00');
update public.resources set location_id = tests.location_id('Main') where name in ('Day', 'Room');
update public.resources set location_id = tests.location_id('Annex') where name = 'Cat';
select tests.offer_service('Consultation', '{"slot_interval_minutes": 30}', any_of => array['Day', 'Cat']);

create function pg_temp.first(more text default '') returns jsonb
language sql as $$ select tests.value_as('neighbour', 'select public.organizations_nearby(52.52, 13.4, 5000' || more || ') #> ''{organizations,0}''')::jsonb $$;
select is(pg_temp.first() ->> 'open_now', 'true', 'a place is open when someone there is');
select is(
  (pg_temp.first() #>> '{next_slot,starts_at}')::timestamptz,
  (select min(s.starts_at) from public.available_slots(tests.service_id('Consultation'), now(), now() + interval '1 day') s
    where tests.resource_id('Day') = any (s.resource_ids)),
  'its next slot is the first that someone there has'
);
-- Whoever is at the other place has another next slot.
select calendar.claim(array[tests.resource_id('Day')], tstzrange(date_trunc('hour', now()), date_trunc('hour', now()) + interval '49 hours'), 'block', gen_random_uuid());
select cmp_ok((pg_temp.first() #>> '{next_slot,starts_at}')::timestamptz, '>=', date_trunc('hour', now()) + interval '49 hours', 'further ahead if it must be');
select is(pg_temp.first(', service_name => ''consult''') #>> '{location,name}', 'Main', 'by a part of a service''s name');
select is(pg_temp.first(', service_name => ''massage'''), null, 'and not by what nobody offers');
update public.services set minimum_notice_minutes = 60 * 24 * 20 where name = 'Consultation';
select is(pg_temp.first() -> 'next_slot', 'null', 'but no further than 14 days');
select tests.offer_service('Small talk', any_of => array['Ann']);
select is(pg_temp.first() #>> '{next_slot,service_name}', null, 'a service is offered where someone who does it is');

-- A service that so many people do is passed over: one place must not slow the search for all.
select tests.offer_service('Crowd', any_of => array['Day']);
insert into public.resources (id, organization_id, kind, name, time_zone, location_id)
select core.uuid_v7(), tests.organization_id(), 'staff', 'Extra', 'Europe/Berlin', tests.location_id('Main') from generate_series(1, 201);
insert into public.service_group_members (service_id, group_name, organization_id, resource_id, position)
select tests.service_id('Crowd'), 'any_group', r.organization_id, r.id, 2 from public.resources r where r.name = 'Extra';
select is(pg_temp.first() -> 'next_slot', 'null', 'nor a service that hundreds do');
insert into public.absences (resource_id, organization_id, during)
values (tests.resource_id('Day'), tests.organization_id(), tstzrange(now() - interval '1 hour', now() + interval '1 hour'));
select is(pg_temp.first() ->> 'open_now', 'false', 'it is closed while all are away');
select is(pg_temp.first(', open_now => true'), null, 'and then not among those that are open');
update public.services set visibility = 'private';
select is(pg_temp.first() -> 'next_slot', 'null', 'private services are not told of');

select * from finish();
rollback;
