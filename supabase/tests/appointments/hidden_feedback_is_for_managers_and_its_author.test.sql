begin;
set local search_path = extensions;
select plan(17);

select tests.create_clinic();
select tests.offer_service('Consultation', any_of => array['Ann']);
select set_config('test.appointment', tests.fulfilled('Consultation', tests.day_at(2, '10:00'))::text, true);
select set_config('test.id', tests.value_as('customer',
  format('select public.leave_feedback(%L, 1, %L) ->> %L', current_setting('test.appointment'), 'Rude words', 'id')), true);

create function pg_temp.seen() returns bigint language sql as 'select count(*) from public.feedback';
create function pg_temp.refusals() returns setof text
language sql as $$
  select distinct concat_ws(' ', r ->> 'status', r ->> 'code')
  from unnest(array['select public.hide_feedback(%L)', 'select public.reply_to_feedback(%L, ''Sorry'')']) c,
    tests.refusal(format(c, current_setting('test.id'))) r
$$;
select tests.authenticate_as('viewer');
select is(pg_temp.seen(), 1::bigint, 'members read what was said');
select results_eq('select * from pg_temp.refusals()', array['PT403 permission_denied'], 'and neither hide nor answer it');
select tests.authenticate_as('customer');
select results_eq('select * from pg_temp.refusals()', array['PT404 not_found'], 'nor does its author');
select tests.authenticate_as('outsider');
select is(pg_temp.seen(), 0::bigint, 'another organization does not see it');
select results_eq('select * from pg_temp.refusals()', array['PT404 not_found'], 'nor can it touch it');
select tests.as_anon();
select set_eq('select left(r, 5) from pg_temp.refusals() r', array['42501'], 'guests have no such function');

select tests.authenticate_as('desk');
select is(public.reply_to_feedback(current_setting('test.id')::uuid, 'Sorry') ->> 'reply', 'Sorry', 'the desk answers');
select is(public.hide_feedback(current_setting('test.id')::uuid, reason => 'insults') ->> 'hidden', 'true', 'and hides');
select is(public.hide_feedback(current_setting('test.id')::uuid) ->> 'hidden', 'true', 'again is no change');
select is(pg_temp.seen(), 1::bigint, 'who manages still sees it');
select tests.authenticate_as('viewer');
select is(pg_temp.seen(), 0::bigint, 'who only reads does not');
select is(
  tests.refusal(format('select public.get_feedback(%L)', current_setting('test.appointment'))) ->> 'code', 'not_found', 'nor by its appointment'
);
select is((select f.ratings from public.feedback_summaries f where f.subject_type = 'service'), 1, 'its rating counts all the same');
select tests.authenticate_as('customer');
select is((select (rating, reply)::text from public.feedback), '(1,Sorry)', 'its author keeps it, with the answer');

select tests.authenticate_as('desk');
select is(public.hide_feedback(current_setting('test.id')::uuid, false) ->> 'hidden', 'false', 'and it can be shown again');
select tests.clear_authentication();
select results_eq(
  $$ select type from core.events where aggregate_type = 'feedback' order by position $$,
  array['feedback.given', 'feedback.answered', 'feedback.hidden', 'feedback.shown'], 'each is an event'
);
select results_eq(
  $$ select actor_id, after ->> 'reason' from public.audit_entries where action = 'feedback.hidden' $$,
  $$ values (tests.get_supabase_uid('desk'), 'insults') $$, 'the audit keeps who hid it and why'
);

select * from finish();
rollback;
