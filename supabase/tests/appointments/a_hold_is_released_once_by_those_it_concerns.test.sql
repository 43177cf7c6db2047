begin;
set local search_path = extensions;
select plan(13);

select tests.create_clinic();
select tests.offer_service('Consultation', '{"guests_allowed": true}', any_of => array['Ann']);
select set_config('test.hold', tests.hold('Consultation', tests.day_at(2, '10:00'))::text, true);
select tests.as_anon();
select set_config('test.guest', public.place_hold(tests.service_id('Consultation'), tests.day_at(2, '11:00'))::text, true);
select tests.clear_authentication();

create function pg_temp.release(who text, hold text, token text default null) returns text
language plpgsql as $$
begin
  if who = 'anon' then
    perform tests.as_anon();
  else
    perform tests.authenticate_as(who);
  end if;
  return coalesce(tests.refusal(format('select public.release_hold(%L, %L)', hold, token)) ->> 'code', 'released');
end $$;

select is(pg_temp.release('neighbour', current_setting('test.hold')), 'not_found', 'another customer knows of no such hold');
select is(pg_temp.release('outsider', current_setting('test.hold')), 'not_found', 'nor does another organization');
select is(pg_temp.release('viewer', current_setting('test.hold')), 'not_found', 'a member who manages no appointments does not release it');
select is(pg_temp.release('anon', current_setting('test.hold')), 'not_found', 'nor a guest without its token');
select is(
  pg_temp.release('anon', current_setting('test.hold'), current_setting('test.guest')::jsonb ->> 'hold_token'), 'invalid_manage_token',
  'a guest''s token opens no other hold'
);
select is(pg_temp.release('customer', current_setting('test.guest')::jsonb ->> 'id'), 'not_found', 'a guest''s hold needs its token');
select is(
  tests.refusal(format('select public.book_appointment(%L, hold_id => %L)', tests.service_id('Consultation'), current_setting('test.guest')::jsonb ->> 'id')) ->> 'code',
  'not_found', 'to be booked too'
);
select is(pg_temp.release('customer', current_setting('test.hold')), 'released', 'who holds it lets it go');
select is(pg_temp.release('customer', current_setting('test.hold')), 'released', 'twice is once');
select is(
  pg_temp.release('anon', current_setting('test.guest')::jsonb ->> 'id', current_setting('test.guest')::jsonb ->> 'hold_token'), 'released',
  'a guest by the token'
);
select tests.clear_authentication();
select set_config('test.hold', tests.hold('Consultation', tests.day_at(2, '12:00'))::text, true);
select is(pg_temp.release('desk', current_setting('test.hold')), 'released', 'and the desk anyone''s');
select tests.clear_authentication();
select is((select count(*) from core.events where type = 'hold.released'), 3::bigint, 'one event for each');
select is((select count(*) from calendar.claims), 0::bigint, 'nothing is held any more');

select * from finish();
rollback;
