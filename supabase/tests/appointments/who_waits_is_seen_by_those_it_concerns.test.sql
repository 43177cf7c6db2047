begin;
set local search_path = extensions;
select plan(13);

select tests.create_clinic();
select tests.offer_service('Consultation', '{"guests_allowed": true}', any_of => array['Ann']);
select set_config('test.mine', tests.wait_for('Consultation', tests.day_at(2, '10:00'))::text, true);
select tests.as_anon();
select set_config('test.guest', public.join_waitlist(tests.service_id('Consultation'), tests.day_at(2, '10:00'), tests.day_at(2, '12:00'),
  guest => '{"name": "Gwen Guest", "email": "gwen@example.com"}')::text, true);
select tests.clear_authentication();
select appointments.offer_next(), appointments.offer_next();

create function pg_temp.seen() returns text language sql as $$
  select (select count(*) from public.waitlist_entries) || ' ' || (select count(*) from public.holds)
$$;
select tests.authenticate_as('owner');
select is(pg_temp.seen(), '2 2', 'the owner sees all');
select tests.authenticate_as('customer');
select is(pg_temp.seen(), '1 1', 'customers see their own');
select tests.authenticate_as('neighbour');
select is(pg_temp.seen(), '0 0', 'and no others');
select tests.authenticate_as('outsider');
select is(pg_temp.seen(), '0 0', 'another organization none');
select is(
  array[tests.refusal($$ select public.get_waitlist_entry(current_setting('test.mine')::uuid) $$) - 'detail', tests.refusal($$ select public.leave_waitlist(current_setting('test.mine')::uuid) $$) - 'detail'],
  array['{"status": "PT404", "code": "not_found"}', '{"status": "PT404", "code": "not_found"}']::jsonb[], 'to them no entry exists'
);
select tests.as_anon();
select throws_ok('select from public.waitlist_entries', '42501', null, 'guests read no table');
select throws_ok('select from public.holds', '42501', null, 'of either');
select is(
  tests.refusal(format('select public.get_waitlist_entry(%L, %L)', current_setting('test.mine'), current_setting('test.guest')::jsonb ->> 'waitlist_token')) ->> 'code',
  'invalid_manage_token', 'a guest''s token opens no other entry'
);
select is(tests.refusal(format('select public.leave_waitlist(%L)', current_setting('test.guest')::jsonb ->> 'id')) ->> 'code', 'not_found', 'nor is theirs open without it');
select set_config('test.offer', public.get_waitlist_entry((current_setting('test.guest')::jsonb ->> 'id')::uuid, current_setting('test.guest')::jsonb ->> 'waitlist_token')::text, true);
select is(
  public.book_appointment(tests.service_id('Consultation'), guest => '{"name": "Gwen Guest", "email": "gwen@example.com"}',
    hold_id => (current_setting('test.offer')::jsonb #>> '{offer,id}')::uuid, hold_token => current_setting('test.offer')::jsonb ->> 'hold_token') ->> 'status',
  'booked', 'a guest books what they are offered with the token they are given'
);
select ok(position('gwen' in lower(current_setting('test.offer'))) = 0, 'the answer repeats no personal data');
select tests.clear_authentication();
select is_empty($$ select from core.events where data::text ~* 'gwen' $$, 'no event names them');
select is_empty($$ select from public.audit_entries where to_jsonb(audit_entries)::text ~* 'gwen' $$, 'nor does the trail');

select * from finish();
rollback;
