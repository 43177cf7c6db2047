begin;
set local search_path = extensions;
select plan(14);

select tests.create_organization();
select tests.commit_events();
select tests.stop_the_clock();
create temporary table t as select tests.create_webhook() as id;
select tests.append(n) from generate_series(1, 10) n;
select tests.commit_events();

create function pg_temp.rest(claim jsonb) returns jsonb language sql as $$
  select jsonb_set(claim, '{events}', (claim -> 'events') - 0)
$$;
create function pg_temp.fail_all(claim jsonb) returns int language plpgsql as $$
declare
  sent int := 0;
begin
  loop
    sent := sent + 1;
    exit when (tests.settle(claim, 500) ->> 'stop')::boolean;
    claim := pg_temp.rest(claim);
  end loop;
  return sent;
end;
$$;

create temporary table c as select tests.claim_webhook(id) as claim from t;
select is(jsonb_array_length((select claim -> 'events' from c)), 10, 'a worker has ten events');
select is(pg_temp.fail_all(claim), 5, 'it is stopped at the fifth failure') from c;
select is((select state from core.breakers), 'open', 'the breaker is open');
select is((select cardinality(pending) from core.lanes), 5, 'the other five are given back');
select tests.let_redeliveries_come();
select is(tests.claim_webhook(id), null, 'and nothing is claimed while it is') from t;
select results_eq('select distinct attempts from core.redeliveries', array[1], 'nor has anything lost an attempt');

select tests.let_breakers_try();
create temporary table try as select tests.claim_webhook(id) as claim from t;
select is(jsonb_array_length((select claim -> 'events' from try)), 1, 'one event tries');
select is((select tests.settle(claim, 200, null, 'next') ->> 'stop' from try), 'false', 'it arrives');
select is((select state from core.breakers), 'closed', 'and the breaker is closed');
select is((select l.attempts from core.lanes l), 1, 'what was given back is at its first attempt');

-- Retry-After
select core.release_lane(l.subscription_id, l.lease_token) from core.lanes l where lease_token is not null;
create temporary table busy as select tests.claim_webhook(id) as claim from t;
select is((select tests.settle(claim, 429, 120) ->> 'stop' from busy), 'true', 'who asks for time is given it');
select is((select round(extract(epoch from retry_at - now()) / 10) from core.breakers), 12::numeric, 'as much as was asked for');
select is(
  (select round(extract(epoch from run_at - now())) from core.redeliveries where event_id = (select claim -> 'events' -> 0 ->> 'id' from busy)::uuid),
  120::numeric, 'the event itself too');
select is(tests.claim_webhook(id), null, 'and nothing else is sent meanwhile') from t;

select * from finish();
rollback;
