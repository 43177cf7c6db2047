begin;
set local search_path = extensions;
select plan(4);

select tests.create_organization();
create function pg_temp.month(ago int) returns date language sql as $$
  select (date_trunc('month', now() at time zone 'UTC') - make_interval(months => ago))::date
$$;
do $$
begin
  for ago in 1..3 loop
    execute format('create table core.webhook_deliveries%s (like public.webhook_deliveries including defaults including constraints)',
      to_char(pg_temp.month(ago), '_YYYY_MM'));
    execute format('alter table core.webhook_deliveries%s enable row level security', to_char(pg_temp.month(ago), '_YYYY_MM'));
    perform core.attach_month('public.webhook_deliveries', ('core.webhook_deliveries' || to_char(pg_temp.month(ago), '_YYYY_MM'))::regclass,
      pg_temp.month(ago));
  end loop;
end;
$$;
insert into public.webhook_deliveries (at, organization_id, subscription_id, event_id, event_type, attempt, outcome, status, latency_ms)
select pg_temp.month(ago) + interval '1 day', tests.organization_id(), core.nil_uuid(), core.nil_uuid(), 'a.b', 1, 'delivered', 200, 1
from generate_series(0, 3) ago;
select core.keep_webhooks();
select ok((select min(at) < now() - interval '1 day' or extract(day from now()) < 3 from public.webhook_deliveries), 'last month is there');
select is_empty($$ select * from public.webhook_deliveries where at < now() - interval '62 days' $$, 'older ones are gone');
select is_empty('select * from core.webhook_deliveries_default', 'nothing is in the default partition');
select tests.authenticate_as('owner');
select isnt_empty('select * from public.webhook_deliveries', 'managers read their own');

reset role;
select * from finish();
rollback;
