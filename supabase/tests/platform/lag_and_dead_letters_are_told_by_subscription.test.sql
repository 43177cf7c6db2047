begin;
set local search_path = extensions;
select plan(6);

select tests.create_organization('clinic', 'owner');
select tests.create_organization('rival', 'rival_owner');
insert into public.subscriptions (id, organization_id, name, types)
values ('00000000-0000-4000-8000-00000000000a', tests.organization_id('clinic'), 'Till', '{*}'),
  ('00000000-0000-4000-8000-00000000000b', tests.organization_id('rival'), 'Secret till', '{*}');
delete from core.lanes;
insert into core.ticks (snapshot, created_at) values (pg_current_snapshot(), now() - interval '1 hour'), (pg_current_snapshot(), now());
insert into core.lanes (subscription_id, member, acked_tick_id, tick_id)
select s.id, 0, t.id, t.id from public.subscriptions s
join core.ticks t on t.id = (select m.id from core.ticks m order by m.id desc offset case s.name when 'Till' then 2 else 0 end limit 1);
insert into core.redeliveries (subscription_id, member, event_id, aggregate_id, position, event, run_at, dead_at)
select '00000000-0000-4000-8000-00000000000a', 0, gen_random_uuid(), gen_random_uuid(), n, '{}', now(), case when n <= 2 then now() end
from generate_series(1, 5) n;

create function pg_temp.value(metric text, organization_id uuid default null) returns float8 language sql as $$
  select max(m.value) from core.subscription_metrics(organization_id) m where m.name = metric and m.labels ->> 'name' = 'Till'
$$;
select ok(pg_temp.value('almanac_subscription_lag_seconds') between 3599 and 3700, 'since the first tick it has not got');
select is(pg_temp.value('almanac_subscription_waiting_events'), 3::float8, 'what will be tried again');
select is(pg_temp.value('almanac_subscription_dead_events'), 2::float8, 'what will not');
select is(pg_temp.value('almanac_subscription_dead_events', tests.organization_id('clinic')), 2::float8, 'its organization is told');
select is(pg_temp.value('almanac_subscription_dead_events', tests.organization_id('rival')), null, 'no other is');
select is_empty(
  $$ select from core.subscription_metrics(tests.organization_id('clinic')) m where m::text like '%Secret%' $$, 'of any of it'
);

select * from finish();
rollback;
