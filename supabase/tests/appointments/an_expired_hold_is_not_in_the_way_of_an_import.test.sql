begin;
set local search_path = extensions;
select plan(3);

select tests.create_clinic();
select tests.offer_service('Consultation', any_of => array['Ann']);
create function pg_temp.outcome(external_id text, starts_at timestamptz) returns text
language sql as $$
  select concat_ws(' ', r ->> 'outcome', r ->> 'code')
  from jsonb_array_elements(public.import_appointments(tests.organization_id(), jsonb_build_array(jsonb_build_object('external_id', external_id,
    'service_id', tests.service_id('Consultation'), 'starts_at', starts_at, 'status', 'fulfilled', 'customer_id', tests.get_supabase_uid('customer')))) -> 'results') r
$$;
select calendar.claim(array[tests.resource_id('Ann')], tstzrange(at, at + interval '1 hour'), 'hold', gen_random_uuid(), now() + lasts)
from (values (timestamptz '2020-08-01T01:00Z', interval '-1 second'), ('2020-08-02T01:00Z', '1 hour')) v(at, lasts);

select tests.authenticate_as('desk');
select is(pg_temp.outcome('over', '2020-08-01T01:00Z'), 'imported', 'a hold that has expired is in nobody''s way');
select is(pg_temp.outcome('held', '2020-08-02T01:00Z'), 'failed slot_taken', 'one that has not is');
select tests.clear_authentication();
select results_eq(
  $$ select kind from calendar.claims order by lower(during) $$, array['appointment', 'hold'], 'the expired one is gone'
);

select * from finish();
rollback;
