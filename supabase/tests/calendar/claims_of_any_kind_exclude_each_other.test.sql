begin;
set local search_path = extensions;
select plan(8);

select tests.create_clinic();

create function pg_temp.claim(name text, opens int, closes int, kind text) returns void
language sql as $$
  select calendar.claim(array[tests.resource_id(name)],
    tstzrange(tests.day_at(2, make_time(opens, 0, 0)), tests.day_at(2, make_time(closes, 0, 0))), kind, gen_random_uuid())
$$;

select pg_temp.claim('Ann', 10, 12, 'appointment');
select is_empty(
  $$
    select kind from unnest(array['appointment', 'hold', 'game', 'block']) kind
    where tests.refusal(format('select pg_temp.claim(%L, 11, 13, %L)', 'Ann', kind)) - 'detail'
      is distinct from '{"status": "PT409", "code": "slot_taken"}'
  $$,
  'an appointment is in the way of every kind of claim'
);
select lives_ok($$ select pg_temp.claim('Ann', 12, 13, 'game') $$, 'what begins where another ends is not in its way');
select lives_ok($$ select pg_temp.claim('Ann', 9, 10, 'hold') $$, 'nor what ends where another begins');
select is_empty(
  $$
    select kind from unnest(array['appointment', 'hold', 'game', 'block']) kind
    where tests.refusal(format('select pg_temp.claim(%L, 12, 13, %L)', 'Ann', kind)) ->> 'code' is distinct from 'slot_taken'
  $$,
  'a game is in the way of every kind too'
);
select lives_ok($$ select pg_temp.claim('Bob', 10, 12, 'appointment') $$, 'another resource has its own time');
select throws_ok(
  $$
    insert into calendar.claims (resource_id, during, kind, owner_id)
    values (tests.resource_id('Ann'), tstzrange(tests.day_at(2, '11:59'), tests.day_at(2, '12:01')), 'block', gen_random_uuid())
  $$,
  '23P01', null, 'and whoever writes past the commands meets the constraint'
);
select is(
  tests.refusal(format('select calendar.claim(array[%L, %L]::uuid[], tstzrange(%L, %L), %L, gen_random_uuid())',
    tests.resource_id('Room'), tests.resource_id('Ann'), tests.day_at(2, '11:30'), tests.day_at(2, '12:30'), 'hold')) ->> 'code',
  'slot_taken', 'of several resources each must be free'
);
select is_empty(
  $$ select from calendar.claims c where c.resource_id = tests.resource_id('Room') $$,
  'and a refused claim takes none of them'
);

select * from finish();
rollback;
