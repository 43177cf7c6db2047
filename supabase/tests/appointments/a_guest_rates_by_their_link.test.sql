begin;
set local search_path = extensions;
select plan(8);

select tests.create_clinic();
select tests.offer_service('Consultation', any_of => array['Ann']);
select set_config('test.guests', tests.fulfilled('Consultation', tests.day_at(2, '10:00'), null, 60)::text, true);
select set_config('test.customers', tests.fulfilled('Consultation', tests.day_at(2, '11:00'))::text, true);
select set_config('test.token', core.link_token('appointment', current_setting('test.guests')::uuid), true);
select set_config('test.other', core.link_token('appointment', current_setting('test.customers')::uuid), true);

create function pg_temp.rate(id text, token text) returns text
language sql as $$
  select concat_ws(' ', r ->> 'status', r ->> 'code') from tests.refusal(format('select public.leave_feedback(%L, 5, null, %L)', id, token)) r
$$;
select tests.as_anon();
select is(pg_temp.rate(current_setting('test.guests'), current_setting('test.other')), 'PT401 invalid_manage_token', 'not by another''s link');
select is(pg_temp.rate(gen_random_uuid()::text, current_setting('test.token')), 'PT401 invalid_manage_token', 'not what is not there');
select is(pg_temp.rate(current_setting('test.customers'), current_setting('test.other')), 'PT404 not_found', 'an account''s appointment has its customer to rate it');
select is(pg_temp.rate(current_setting('test.guests'), current_setting('test.token')), '', 'by the link of the booking, longer than it can be managed');
select is(pg_temp.rate(current_setting('test.guests'), current_setting('test.token')), 'PT409 feedback_given', 'once');
select is(
  public.get_feedback(current_setting('test.guests')::uuid, current_setting('test.token')) ->> 'rating', '5', 'the link shows what was said'
);
select is(
  tests.refusal(format('select public.get_feedback(%L)', current_setting('test.guests'))) ->> 'code', 'not_found', 'without it there is nothing'
);
select throws_ok('select * from public.feedback', '42501', null, 'nor in the table');

select * from finish();
rollback;
