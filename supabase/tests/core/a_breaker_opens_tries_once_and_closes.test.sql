begin;
set local search_path = extensions;
select plan(11);

select ok(core.breaker_admits('service:x'), 'what never failed is called');
select is(core.breaker_report('service:x', true), 'closed', 'a success leaves no trace');
select is_empty('select from core.breakers', 'no row at all');
select is(
  array(select core.breaker_report('service:x', false, 3) from generate_series(1, 3)), array['closed', 'closed', 'open'], 'it opens after three failures in a row'
);
select ok(not core.breaker_admits('service:x'), 'and lets nothing through');
update core.breakers set retry_at = clock_timestamp() - interval '1 second';
select is(
  array(select core.breaker_admits('service:x') from generate_series(1, 3)), array[true, false, false], 'when its time is up, one call may try'
);
select is(core.breaker_report('service:x', false, 3), 'open', 'a try that fails opens it again');
select ok((select retry_at > clock_timestamp() + interval '15 seconds' from core.breakers), 'for twice as long');
update core.breakers set retry_at = clock_timestamp() - interval '1 second';
select ok(core.breaker_admits('service:x'), 'it is tried again');
select is(core.breaker_report('service:x', true), 'closed', 'a try that succeeds closes it');
select is((select (failures, openings)::text from core.breakers), '(0,0)', 'and all is forgotten');

select * from finish();
rollback;
