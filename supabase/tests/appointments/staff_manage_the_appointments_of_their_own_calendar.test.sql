begin;
set local search_path = extensions;
select plan(8);

select tests.create_clinic();
select tests.offer_service('With Ann', '{"requires_approval": true}', any_of => array['Ann'], all_of => array['Room']);
select tests.offer_service('With Bob', any_of => array['Bob'], all_of => array['Room']);
select set_config('test.anns', tests.book('With Ann', tests.day_at(2, '10:00'))::text, true);
select set_config('test.bobs', tests.book('With Bob', tests.day_at(2, '11:00'))::text, true);

select tests.authenticate_as('ann');
select is(public.confirm_appointment(current_setting('test.anns')::uuid) ->> 'status', 'booked', 'staff confirm what is on their calendar');
select is(public.arrive_appointment(current_setting('test.anns')::uuid) ->> 'status', 'arrived', 'and see it through');
select is(public.get_appointment(current_setting('test.bobs')::uuid) ->> 'status', 'booked', 'they read what is on a colleague''s');
select is_empty(
  $$
    select c from unnest(array['cancel_appointment', 'confirm_appointment', 'arrive_appointment', 'check_in_appointment', 'fulfil_appointment',
      'mark_no_show', 'mark_entered_in_error']) c, tests.refusal(format('select public.%I(%L)', c, current_setting('test.bobs'))) r
    where concat_ws(' ', r ->> 'status', r ->> 'code') is distinct from 'PT403 permission_denied'
  $$,
  'but leave it to them'
);
select is(
  tests.refusal(format('select public.reschedule_appointment(%L, %L)', current_setting('test.bobs'), tests.day_at(2, '12:00'))) ->> 'code',
  'permission_denied', 'and where it is'
);

select tests.authenticate_as('customer');
select is_empty(
  $$
    select c from unnest(array['confirm_appointment', 'arrive_appointment', 'check_in_appointment', 'fulfil_appointment',
      'mark_no_show', 'mark_entered_in_error']) c, tests.refusal(format('select public.%I(%L)', c, current_setting('test.bobs'))) r
    where concat_ws(' ', r ->> 'status', r ->> 'code') is distinct from 'PT403 permission_denied'
  $$,
  'a customer does none of what staff do'
);
select tests.clear_authentication();
update public.memberships set role = 'viewer' where user_id = tests.get_supabase_uid('bob');
select tests.authenticate_as('bob');
select is(
  tests.refusal(format('select public.cancel_appointment(%L)', current_setting('test.bobs'))) ->> 'code', 'permission_denied',
  'a calendar alone is no permission'
);
select tests.clear_authentication();
select results_eq(
  $$ select status, version from public.appointments where id = current_setting('test.bobs')::uuid $$, $$ values ('booked', 1::bigint) $$,
  'nothing has changed'
);

select * from finish();
rollback;
