begin;
set local search_path = extensions;
select plan(6);

select tests.create_organization();
select tests.commit_events();
select tests.stop_the_clock();
create temporary table t as select n, tests.create_webhook() as id from generate_series(1, 6) n;
insert into core.breakers (name, failures) select 'webhook:' || id, 1 from t where n <= 4;
select tests.append(1);
select tests.commit_events();
create function pg_temp.claim(room int, suspects_room int) returns text language sql as $$
  select coalesce(string_agg(t.n::text, ' ' order by t.n), '')
  from jsonb_array_elements(tests.value_as(null, format('select public.claim_webhooks(%L, %s, %s)', core.nil_uuid(), room, suspects_room))::jsonb) c
  join t on t.id::text = c ->> 'webhook_id'
$$;

select is(pg_temp.claim(2, 2), '5 6', 'those that answer come first');
select is((select full_since from core.webhook_workers), null, 'and wait for nothing');
select is(length(pg_temp.claim(10, 1)), 1, 'of those that failed the last time there are as many as have room');
update core.lanes set lease_token = null, leased_until = null, claimed = 0;
select is(pg_temp.claim(1, 1), '5', 'without room they wait');
select isnt((select full_since from core.webhook_workers), null, 'and the worker says since when it was full');
delete from core.breakers;
select is(pg_temp.claim(0, 0), '', 'no room is no claim');

select * from finish();
rollback;
