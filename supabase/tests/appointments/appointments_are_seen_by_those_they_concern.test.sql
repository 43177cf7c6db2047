begin;
set local search_path = extensions;
select plan(12);

select tests.create_clinic();
select tests.create_member('patient', 'customer');
select tests.offer_service('Consultation', any_of => array['Ann']);
select set_config('test.id', tests.book('Consultation', tests.day_at(2, '10:00'))::text, true);
select tests.book('Consultation', tests.day_at(2, '11:00'), 'patient');

create function pg_temp.seen() returns bigint language sql as 'select count(*) from public.appointments';

select tests.authenticate_as('owner');
select is(pg_temp.seen(), 2::bigint, 'the owner sees all');
select tests.authenticate_as('viewer');
select is(pg_temp.seen(), 2::bigint, 'so does a member with appointments.read');
select is(public.get_appointment(current_setting('test.id')::uuid) ->> 'status', 'booked', 'who may read each');
select is(
  tests.refusal(format('select public.cancel_appointment(%L)', current_setting('test.id'))) - 'detail',
  '{"status": "PT403", "code": "permission_denied"}', 'and change none'
);
select tests.authenticate_as('customer');
select is(pg_temp.seen(), 1::bigint, 'a customer sees their own');
select tests.authenticate_as('patient');
select is(pg_temp.seen(), 1::bigint, 'also as a member of the organization');
select tests.authenticate_as('neighbour');
select is(pg_temp.seen(), 0::bigint, 'another customer none');
select tests.authenticate_as('outsider');
select is(pg_temp.seen(), 0::bigint, 'nor the owner of another organization');
select is((select count(*) from public.appointment_days), 0::bigint, 'nor any figures');
select is_empty(
  $$
    select c.relname from pg_catalog.pg_class c
    where c.relnamespace = 'appointments'::regnamespace and c.relispartition and c.relkind = 'r'
      and tests.refusal(format('select * from appointments.%I', c.relname)) ->> 'status' is distinct from '42501'
  $$,
  'the partitions themselves are nobody''s to read'
);
select tests.as_anon();
select throws_ok('select * from public.appointments', '42501', null, 'guests may not ask');

select tests.clear_authentication();
delete from public.memberships where user_id = tests.get_supabase_uid('viewer');
select tests.authenticate_as('viewer');
select is(pg_temp.seen(), 0::bigint, 'who leaves the organization sees nothing from then on');

select * from finish();
rollback;
