begin;
set local search_path = extensions;
select plan(12);

select tests.create_organization();
select tests.create_member('staff', 'staff');
select tests.create_member('customer', 'customer');
select tests.create_supabase_user('outsider');

-- As Realtime asks at a join: a row of the topic, read as the user.
create function pg_temp.hears(who text, topic text) returns boolean language plpgsql as $$
declare
  heard boolean;
begin
  insert into realtime.messages (topic, extension, private) values (hears.topic, 'broadcast', true);
  perform set_config('realtime.topic', hears.topic, true);
  perform tests.authenticate_as(who);
  heard := exists (select from realtime.messages m where m.topic = hears.topic);
  perform tests.clear_authentication();
  return heard;
end;
$$;
create function pg_temp.org(domain text) returns text language sql as $$ select 'org:' || tests.organization_id() || ':' || domain $$;

select ok(pg_temp.hears('staff', pg_temp.org('appointments')), 'staff hear of appointments');
select ok(not pg_temp.hears('customer', pg_temp.org('appointments')), 'customers do not');
select ok(not pg_temp.hears('outsider', pg_temp.org('appointments')), 'outsiders do not');
select ok(pg_temp.hears('customer', pg_temp.org('organization')), 'customers hear of the organization itself');
select ok(not pg_temp.hears('outsider', 'organization:' || tests.organization_id()), 'outsiders do not');
select ok(pg_temp.hears('outsider', 'profile:' || tests.get_supabase_uid('outsider')), 'everyone hears of their own profile');
select ok(not pg_temp.hears('owner', 'profile:' || tests.get_supabase_uid('staff')), 'and of no other');
select ok(not pg_temp.hears('owner', 'org:none:appointments'), 'a topic without an id is denied');
select ok(not pg_temp.hears('owner', pg_temp.org('')), 'a topic without a domain is denied');
select ok(not pg_temp.hears('owner', pg_temp.org('appointments:more')), 'a topic with too much is denied');
select ok(not pg_temp.hears('owner', repeat('x', 5000)), 'nonsense is denied');

select tests.authenticate_as('owner');
select throws_ok(
  $$ insert into realtime.messages (topic, extension, private) values ('org:x:y', 'broadcast', true) $$,
  '42501', null, 'nobody sends: only the log does'
);

select * from finish();
rollback;
