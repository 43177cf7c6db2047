begin;
set local search_path = extensions;
select plan(5);

select tests.create_clinic();
select tests.create_queue(terms => '{"remote_join": true}');
create function pg_temp.age(days int) returns void
language sql security definer as $$ update public.tickets set joined_at = now() - make_interval(days => days) $$;
grant execute on function pg_temp.age(int) to anon;
select tests.as_anon();
select set_config('test.g', public.join_queue(tests.queue_id(), tests.type_id(), guest => '{"name": "Gus", "phone": "+49 30 1"}')::text, true);
create function pg_temp.g(key text) returns text language sql as $$ select current_setting('test.g')::jsonb ->> key $$;

select is(public.get_ticket(pg_temp.g('id')::uuid, pg_temp.g('manage_token')) ->> 'label', '001', 'a guest''s link opens their ticket');
select pg_temp.age(3);
select is(
  tests.refusal(format('select public.get_ticket(%L, %L)', pg_temp.g('id'), pg_temp.g('manage_token'))) ->> 'code', 'invalid_manage_token',
  'for two days'
);
select tests.clear_authentication();
select appointments.forget_ticket_guests();
select is((select guest_name from public.tickets), 'Gus', 'for a month it is known whose it was');
select pg_temp.age(31);
select appointments.forget_ticket_guests();
select is((select guest_name || guest_phone from public.tickets), null, 'then it is forgotten');
select is((select count(*) from public.tickets), 1::bigint, 'and the ticket stays for the figures');

select * from finish();
rollback;
