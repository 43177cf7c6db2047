begin;
set local search_path = extensions;
set local random_page_cost = 1.1;
select plan(18);
select tests.create_league();
select tests.create_schedule();
select tests.value_as('owner', format('select public.create_tv_window(%L, %L)', tests.season_id(),
  '{"name": "Prime", "starts": "20:00", "time_zone": "America/Chicago", "weekday": 6}'));

-- A thousand of each.
create function pg_temp.multiply(relation text) returns void language plpgsql as $$
begin
  execute format('insert into public.%1$s select (jsonb_populate_record(o.r, jsonb_build_object(%2$L, gen_random_uuid(), %3$L, %3$L || n, %4$L, now() + n * interval %5$L))).*
    from (select t as r from public.%1$s t limit 1) o, generate_series(1, 1000) n', relation, 'id', 'name', 'created_at', '1 second');
  execute 'analyze public.' || relation;
end $$;
select pg_temp.multiply(r) from unnest(array['sports', 'seasons', 'tv_windows', 'schedules']) r;
insert into public.resources (organization_id, kind, name, time_zone)
select tests.organization_id('conference'), k, 'r' || n, 'UTC' from generate_series(1, 1000) n, unnest(array['venue', 'team']) k;
insert into public.venues (id, organization_id, created_at)
select r.id, r.organization_id, now() + row_number() over () * interval '1 second' from public.resources r where r.kind = 'venue' and r.name ~ '^r';
insert into public.teams (id, organization_id, sport_id, code, created_at)
select r.id, r.organization_id, tests.sport_id(), r.name, now() + row_number() over () * interval '1 second'
from public.resources r where r.kind = 'team' and r.name ~ '^r';
analyze public.venues;
analyze public.teams;

create function pg_temp.plan_of(query text) returns text language plpgsql as $$
declare
  line text;
  plan text := '';
begin
  for line in execute 'explain (costs off) ' || query loop
    plan := plan || line || chr(10);
  end loop;
  return plan;
end $$;
create temporary table queries as
select r as name, format('select * from public.%1$s where organization_id = %2$L and created_at >= %3$L
  and (created_at > %3$L or id > %4$L) order by created_at, id limit 51', r, tests.organization_id('conference'), now(), gen_random_uuid()) as query
from unnest(array['sports', 'seasons', 'venues', 'teams', 'tv_windows', 'schedules']) r;
grant select on queries to public;

select doesnt_match(pg_temp.plan_of(query), 'Seq Scan on ' || name || '|-> +Sort', name) from queries;
select tests.authenticate_as('viewer');
select doesnt_match(pg_temp.plan_of(query), 'Seq Scan on ' || name || '|-> +Sort', name || ', as a member') from queries;
select tests.authenticate_as('customer');
select doesnt_match(pg_temp.plan_of(query), 'Seq Scan on ' || name || '|-> +Sort', name || ', as a customer') from queries;

select * from finish();
rollback;
