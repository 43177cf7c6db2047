begin;
set local search_path = extensions;
select plan(10);

select tests.create_clinic();
select tests.offer_service('Consultation', any_of => array['Ann']);
select set_config('test.id', tests.book('Consultation', tests.day_at(2, '10:00'))::text, true);

select tests.create_supabase_user('third');
select set_config('test.first', tests.wait_for('Consultation', tests.day_at(2, '10:00'), 'neighbour')::text, true);
select set_config('test.second', tests.wait_for('Consultation', tests.day_at(2, '10:00'), 'third')::text, true);
select tests.value_as('customer', format('select public.cancel_appointment(%L)', current_setting('test.id')));

create function pg_temp.states() returns text language sql as $$
  select string_agg(w.status, ' ' order by w.created_at, w.id) from public.waitlist_entries w
$$;
create function pg_temp.release(who text) returns text language sql as $$
  select tests.value_as(who, format('select public.release_hold(%L)', h.id)) from public.holds h where h.status = 'held'
$$;
select is(pg_temp.states(), 'offered waiting', 'the first is offered it');
select pg_temp.release('neighbour');
select is(pg_temp.states(), 'waiting offered', 'who declines keeps waiting, the next is offered it');
select results_eq(
  'select declined_starts from public.waitlist_entries where id = ' || quote_literal(current_setting('test.first')),
  $$ values (array[tests.day_at(2, '10:00')]) $$, 'that start is not offered to them again'
);
select tests.let_time_pass();
select is(appointments.expire_holds(), 1, 'an offer ends');
select is(pg_temp.states(), 'waiting lapsed', 'who did not answer waits no longer');
select ok(tests.is_offered('Consultation', tests.day_at(2, '10:00')), 'and what nobody wants is for everyone');
select is(appointments.offer_next(), 1, 'the one who declined is offered another start');
select isnt((select starts_at from public.holds where status = 'held'), tests.day_at(2, '10:00'), 'not that one');
select tests.wait_for('Consultation', (select starts_at from public.holds where status = 'held'), 'customer');
select tests.value_as('neighbour', format('select public.leave_waitlist(%L)', current_setting('test.first')));
select is(pg_temp.states(), 'left lapsed offered', 'who leaves passes the offer on');
select results_eq(
  $$ select type from core.events where aggregate_id = current_setting('test.first')::uuid order by version $$,
  array['waitlist.joined', 'waitlist.offered', 'waitlist.declined', 'waitlist.offered', 'waitlist.left'], 'the log tells it all'
);

select * from finish();
rollback;
