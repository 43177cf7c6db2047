begin;
set local search_path = extensions;
select plan(16);

select tests.create_clinic();
select tests.offer_service('Consultation', any_of => array['Ann'], all_of => array['Room']);
select set_config('test.id', tests.fulfilled('Consultation', tests.day_at(2, '10:00'))::text, true);
select set_config('test.booked', tests.book('Consultation', tests.day_at(2, '11:00'))::text, true);
select set_config('test.old', tests.fulfilled('Consultation', tests.day_at(2, '12:00'), days_ago => 91)::text, true);

create function pg_temp.rate(rating int, id text default current_setting('test.id'), comment text default 'Kind and on time') returns text
language sql as $$
  select concat_ws(' ', r ->> 'status', r ->> 'code')
  from tests.refusal(format('select public.leave_feedback(%L, %L, %L)', id, rating, comment)) r
$$;

select tests.authenticate_as('neighbour');
select is(pg_temp.rate(1), 'PT404 not_found', 'to a stranger there is no such appointment');
select tests.authenticate_as('outsider');
select is(pg_temp.rate(1), 'PT404 not_found', 'nor to another organization');
select tests.as_anon();
select is(pg_temp.rate(1), 'PT404 not_found', 'nor to someone without the link');
select tests.authenticate_as('viewer');
select is(pg_temp.rate(5), 'PT403 not_your_appointment', 'who may read it may not rate it');
select tests.authenticate_as('owner');
select is(pg_temp.rate(5), 'PT403 not_your_appointment', 'nor may who runs the place');

select tests.authenticate_as('customer');
select is(pg_temp.rate(5, current_setting('test.booked')), 'PT409 not_fulfilled', 'nobody rates what is yet to come');
select is(pg_temp.rate(5, current_setting('test.old')), 'PT403 too_late_for_feedback', 'nor what is long over');
select is(pg_temp.rate(6), 'PT422 invalid_input', 'five stars at most');
select is(pg_temp.rate(null), 'PT422 invalid_input', 'and one at least');
select alike(pg_temp.rate(4, comment => repeat('x', 2001)), '23514 %comment_is_short%', 'in so many words');
select is(
  public.leave_feedback(current_setting('test.id')::uuid, 4, ' Kind ', idempotency_key => 'once') - array['id', 'created_at', 'updated_at', 'resource_ids'],
  jsonb_build_object('organization_id', tests.organization_id(), 'appointment_id', current_setting('test.id'), 'service_id', tests.service_id('Consultation'),
    'customer_id', tests.get_supabase_uid('customer'), 'rating', 4, 'comment', 'Kind', 'reply', null, 'replied_at', null, 'hidden', false),
  'the customer rates it'
);
select is(pg_temp.rate(1), 'PT409 feedback_given', 'once');
select is(
  public.leave_feedback(current_setting('test.id')::uuid, 4, ' Kind ', idempotency_key => 'once') ->> 'comment', 'Kind',
  'the same request again has the same answer'
);
select is((select count(*) from public.feedback), 1::bigint, 'and reads their own');

select tests.clear_authentication();
select results_eq(
  $$ select type, data - 'resource_ids' from core.events where aggregate_type = 'feedback' $$,
  format($$ values ('feedback.given', '{"appointment_id": "%s", "service_id": "%s", "rating": 4}'::jsonb) $$,
    current_setting('test.id'), tests.service_id('Consultation')),
  'the event holds no word of it'
);
select is((select after ->> 'comment' from public.audit_entries where action = 'feedback.given'), 'Kind', 'the audit does');

select * from finish();
rollback;
