begin;
set local search_path = extensions;
select plan(11);

select tests.create_clinic();
select tests.create_member('patient', 'customer');
select tests.offer_service('Checkup', '{"visibility": "private"}', any_of => array['Ann']);
select tests.offer_service('Consultation', any_of => array['Bob']);
select tests.offer_service('Past', '{"active": false}', any_of => array['Bob']);

create function pg_temp.told(service text) returns text
language sql as $$
  select string_agg(coalesce(r ->> 'code', 'done'), ' ')
  from unnest(array[
    format('select * from public.available_slots(%L, %L, %L)', tests.service_id(service), tests.day_at(2, '10:00'), tests.day_at(3, '10:00')),
    format('select public.book_appointment(%L, %L)', tests.service_id(service), tests.day_at(2, '10:00'))]) c, tests.refusal(c) r
$$;

select tests.authenticate_as('customer');
select is(pg_temp.told('Checkup'), 'not_found not_found', 'a private service does not exist for a user from anywhere');
select is(pg_temp.told('Past'), 'not_found not_found', 'nor does one that is no longer offered');
select results_eq('select name from public.services', array['Consultation'], 'neither is listed');
select tests.authenticate_as('outsider');
select is(pg_temp.told('Checkup'), 'not_found not_found', 'nor for the owner of another organization');
select tests.as_anon();
select is(pg_temp.told('Checkup'), 'not_found not_found', 'nor for a guest');
select results_eq('select name from public.services', array['Consultation'], 'who sees what is public');

select tests.authenticate_as('viewer');
select is(pg_temp.told('Checkup'), 'permission_denied permission_denied', 'a member without appointments.book is refused');
select results_eq('select name from public.services order by 1', array['Checkup', 'Consultation', 'Past'], 'but sees it');
select tests.authenticate_as('patient');
select is(pg_temp.told('Checkup'), 'done done', 'a customer of the organization books it');
select is(pg_temp.told('Past'), 'service_not_active service_not_active', 'and is told when it is no longer offered');
select is_empty('select * from public.service_groups', 'but not how it is staffed');

select * from finish();
rollback;
