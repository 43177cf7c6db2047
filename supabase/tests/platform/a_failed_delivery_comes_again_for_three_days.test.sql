begin;
set local search_path = extensions;
select plan(12);

select tests.create_organization();
select tests.commit_events();
select tests.stop_the_clock();
create temporary table t as select tests.create_webhook() as id;
grant select on t to authenticated;
select tests.append(1);
select tests.commit_events();
create temporary table waits (attempt int, wait interval);

create function pg_temp.attempt(status int) returns void language plpgsql as $$
declare
  claim jsonb;
begin
  perform tests.let_breakers_try(), tests.let_redeliveries_come();
  claim := tests.claim_webhook((select id from t));
  perform tests.settle(claim, status);
  insert into waits select (claim -> 'events' -> 0 ->> 'attempt')::int, r.run_at - now() from core.redeliveries r where r.dead_at is null;
end;
$$;

select pg_temp.attempt(500) from generate_series(1, 9);
select results_eq('select attempt from waits order by attempt', 'select generate_series(1, 9)', 'nine attempts are followed by another');
select is_empty(
  $$
    select w.attempt, w.wait
    from waits w
    join unnest(array['5 s', '5 min', '30 min', '2 h', '5 h', '10 h', '14 h', '20 h', '20 h']::interval[]) with ordinality s (wait, attempt)
      on s.attempt = w.attempt
    where w.wait not between s.wait * 0.8 and s.wait * 1.2
  $$, 'after the times that are stated, a fifth more or less');
select ok((select sum(wait) between interval '57 hours' and interval '87 hours' from waits), 'three days in all');
select is(tests.claim_webhook(id), null, 'nothing is sent before its time') from t;

select pg_temp.attempt(500);
select results_eq('select attempts, dead_at is not null from core.redeliveries', $$ values (10, true) $$, 'the tenth failure is the last');
select results_eq(
  'select attempt, outcome, status, error from public.webhook_deliveries order by at, id',
  $$ select n, case when n < 10 then 'failed' else 'dead' end, 500, 'answered 500' from generate_series(1, 10) n $$,
  'the log has each attempt');

select tests.authenticate_as('owner');
select is((select count(*) from t, public.list_dead_letters(id)), 1::bigint, 'it is a dead letter');
select is((select public.redrive_dead_letters(id) from t), '{"redriven": 1}', 'redriven by one call');
reset role;
select tests.let_breakers_try();
create temporary table c as select tests.claim_webhook(id) as claim from t;
select is((select count(distinct event_id) from public.webhook_deliveries), 1::bigint, 'the id was the same each time');
select is((select claim -> 'events' -> 0 ->> 'id' from c), (select event_id::text from public.webhook_deliveries limit 1), 'and is once more');
select is((select tests.settle(claim, 204) ->> 'stop' from c), 'false', 'it arrives at last');
select is_empty('select * from core.redeliveries', 'and is done with');

select * from finish();
rollback;
