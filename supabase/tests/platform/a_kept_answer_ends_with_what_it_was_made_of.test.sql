begin;
set local search_path = extensions;
select plan(9);
select tests.create_organization('clinic', 'owner');
create function pg_temp.kept(asked timestamptz default now()) returns boolean language sql as $$
  select public.cache_store(jsonb_build_object('key', repeat('ab', 32), 'organization_id', tests.organization_id('clinic'),
    'service_id', '00000000-0000-4000-8000-000000000001', 'status', 200, 'headers', '{"etag": "1"}'::jsonb, 'body', encode('hello', 'base64'),
    'ttl_seconds', 3600, 'asked_at', asked))
$$;
create function pg_temp.found() returns text language sql as
  $$ select convert_from(decode(public.cache_lookup(array[repeat('ab', 32)]) ->> 'body', 'base64'), 'UTF8') $$;

select tests.authenticate_as_service();
select ok(pg_temp.kept(), 'an answer is kept');
select is(pg_temp.found(), 'hello', 'and found');
select is(public.cache_lookup(array[repeat('cd', 32)]), null, 'under its key alone');
select is(public.cache_invalidate(tests.organization_id('clinic')), 1, 'it ends');
select is(pg_temp.found(), null, 'at once');
select ok(not pg_temp.kept(now() - interval '1 minute'), 'what was asked for before is not kept any more');
select ok(pg_temp.kept(clock_timestamp() + interval '1 second'), 'what is asked for after is');
select tests.clear_authentication();
select ok((select expires_at <= now() + interval '5 minutes' from core.response_cache), 'for five minutes at most');

-- Events reach organizations that have the plugin.
select tests.authenticate_as('owner');
select public.set_organization_plugin(tests.organization_id('clinic'), 'response-cache');
select tests.clear_authentication();
select tests.deliver_events();
select core.hear_events();
select is(
  (select count(*)::int from core.jobs j where j.kind = 'plugin_events' and j.payload ->> 'organization_id' = tests.organization_id('clinic')::text),
  1, 'its plugin hears of what happened, in one job');

select * from finish();
rollback;
