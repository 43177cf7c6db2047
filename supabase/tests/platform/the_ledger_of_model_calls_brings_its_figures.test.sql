begin;
set local search_path = extensions;
select plan(2);

create function pg_temp.cost() returns float8 language sql as $$
  select m.value from core.metrics() m where m.name = 'almanac_ai_cost_usd_total'
$$;
grant execute on function pg_temp.cost() to service_role;
drop schema if exists ai cascade;
select tests.authenticate_as_service();
select is(pg_temp.cost(), null, 'without a ledger there is no cost');
reset role;
create schema ai;
grant usage on schema ai to public;
create function ai.metrics() returns setof core.metric language sql stable set search_path = '' as $$
  select 'almanac_ai_cost_usd_total', 'counter', '{"model": "m", "purpose": "p"}'::jsonb, 1.25::float8, null::bigint[]
$$;
grant execute on function ai.metrics() to public;
select tests.authenticate_as_service();
select is(pg_temp.cost(), 1.25::float8, 'with one there is');

select * from finish();
rollback;
