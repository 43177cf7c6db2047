begin;
set local search_path = extensions;
select plan(8);

select tests.create_clinic();
select tests.offer_service('Consultation', any_of => array['Ann']);
select set_config('test.topic', 'appointment:' || tests.book('Consultation', tests.day_at(2, '10:00')), true);

create function pg_temp.hears(topic text) returns boolean
language plpgsql as $$
begin
  perform set_config('realtime.topic', topic, true);
  return appointments.may_listen(topic);
end $$;

select tests.authenticate_as('customer');
select ok(pg_temp.hears(current_setting('test.topic')), 'the customer');
select ok(not pg_temp.hears('appointment:00000000-0000-4000-8000-000000000000'), 'not of one that is not');
select ok(not pg_temp.hears('appointment:' || repeat('x', 36)), 'a topic that is no id is no failure');
select ok(not pg_temp.hears('org:' || substr(current_setting('test.topic'), 13)), 'nor is another kind of topic');
select tests.authenticate_as('ann');
select ok(pg_temp.hears(current_setting('test.topic')), 'those who serve');
select tests.authenticate_as('neighbour');
select ok(not pg_temp.hears(current_setting('test.topic')), 'no other customer');
select tests.authenticate_as('outsider');
select ok(not pg_temp.hears(current_setting('test.topic')), 'no other organization');
select tests.as_anon();
select throws_ok(
  $$ select appointments.may_listen(current_setting('test.topic')) $$, '42501', null, 'and no guest'
);

select * from finish();
rollback;
