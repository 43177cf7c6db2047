begin;
set local search_path = extensions;
select plan(4);

select tests.create_organization();
select tests.create_organization('bank', 'banker');
select tests.stop_the_clock();
select set_config('test.lagging', tests.subscribe('{note.*}', 64)::text, true);
select set_config('test.member', core.member_of('00000000-0000-4000-8000-000000000004', 64)::text, true);
create function pg_temp.fetched() returns bigint language sql volatile as $$
  select sum(pg_stat_get_xact_tuples_fetched(i.inhrelid))::bigint from pg_inherits i where i.inhparent = 'core.events'::regclass
$$;
select tests.append(n) from generate_series(1, 3) n;
select tests.append(n + 100, slug => 'bank') from generate_series(1, 2000) n;
select tests.commit_events();
select tests.append(n) from generate_series(4, 5) n;
select tests.commit_events();

select set_config('test.before', pg_temp.fetched()::text, true);
select set_config('test.stats', core.subscription_stats(current_setting('test.lagging')::uuid)::text, true) from tests.authenticate_as('owner');
select is(current_setting('test.stats')::jsonb -> 'lag_events', '5', 'it has its own before it');
select cmp_ok(pg_temp.fetched() - current_setting('test.before')::bigint, '<', 2000::bigint, 'and what happens elsewhere is not read for it, lane by lane');

select is(json_array_length(public.claim_events(current_setting('test.lagging')::uuid, current_setting('test.member')::int, 10) -> 'events'), 1, 'one that was claimed');
select is(public.subscription_stats(current_setting('test.lagging')::uuid) -> 'lag_events', '5', 'is before it until it is acknowledged');

select * from finish();
rollback;
