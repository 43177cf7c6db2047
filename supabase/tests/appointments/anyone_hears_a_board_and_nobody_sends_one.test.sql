begin;
set local search_path = extensions;
select plan(12);

select tests.create_clinic();
select tests.create_queue(terms => '{"remote_join": true}');
select tests.authenticate_as('customer');
select set_config('test.t', public.join_queue(tests.queue_id(), tests.type_id())::text, true);
select tests.clear_authentication();
create function pg_temp.t(key text) returns text language sql as $$ select current_setting('test.t')::jsonb ->> key $$;

-- As Realtime asks at a join: a row of the topic, read as the caller (null: with the publishable key alone).
create function pg_temp.hears(who text, wanted text) returns boolean
language plpgsql as $$
declare
  heard boolean;
begin
  insert into realtime.messages (topic, extension, private) values (wanted, 'broadcast', true);
  perform set_config('realtime.topic', wanted, true);
  if who is null then perform tests.as_anon(); else perform tests.authenticate_as(who); end if;
  heard := exists (select from realtime.messages m where m.topic = wanted);
  perform tests.clear_authentication();
  return heard;
end $$;

select ok(pg_temp.hears(null, 'queue:' || tests.queue_id()), 'anyone hears a board');
select ok(pg_temp.hears('outsider', 'queue:' || tests.queue_id()), 'signed in elsewhere or not');
select ok(not pg_temp.hears(null, 'queue:' || gen_random_uuid()), 'of a queue that is there');
select ok(pg_temp.hears(null, pg_temp.t('topic')), 'who has the ticket''s topic hears of the ticket');
select ok(not pg_temp.hears(null, 'ticket:' || pg_temp.t('id')), 'the id alone is not enough');
select ok(not pg_temp.hears('neighbour', 'ticket:' || pg_temp.t('id')), 'for another customer neither');
select ok(not pg_temp.hears('outsider', format('ticket:%s:%s', pg_temp.t('id'), repeat('0', 24))), 'nor a guess');
select ok(pg_temp.hears('customer', 'ticket:' || pg_temp.t('id')), 'its customer hears the hints');
select ok(pg_temp.hears('viewer', 'ticket:' || pg_temp.t('id')), 'and who may read it');
select ok(not pg_temp.hears(null, 'queue:x') and not pg_temp.hears(null, pg_temp.t('topic') || ':x'), 'nonsense is denied');
select tests.as_anon();
select throws_ok(
  format($$ insert into realtime.messages (topic, extension, private) values (%L, 'broadcast', true) $$, 'queue:' || tests.queue_id()), '42501', null,
  'nobody sends a board'
);
select tests.authenticate_as('owner');
select throws_ok(
  format($$ insert into realtime.messages (topic, extension, private) values (%L, 'broadcast', true) $$, 'queue:' || tests.queue_id()), '42501', null,
  'not even the owner'
);

select * from finish();
rollback;
