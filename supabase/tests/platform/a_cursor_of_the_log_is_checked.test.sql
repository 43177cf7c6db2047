begin;
set local search_path = extensions;
select plan(15);

select tests.create_organization();
create function pg_temp.cursor_of(content text) returns text language sql as $$
  select translate(encode(convert_to(content, 'UTF8'), 'base64'), E'+/=\n', '-_')
$$;
create function pg_temp.try(cursor text) returns text language sql as $$
  select format('select public.read_events_after(tests.organization_id(), null, %L)', cursor)
$$;
create function pg_temp.now() returns bigint language sql as $$ select extract(epoch from clock_timestamp())::bigint $$;
select set_config('test.cluster', core.log_identity(), true);
select tests.authenticate_as('owner');

select lives_ok(pg_temp.try(pg_temp.cursor_of(format('%s|%s|1:1:|0', current_setting('test.cluster'), pg_temp.now()))), 'what was given out is taken back');
select throws_ok(pg_temp.try(given), 'PT400', 'invalid_cursor', left(given, 20)) from (values
  (''), ('x'), ('='), ('null'), (repeat('A', 30000)), (pg_temp.cursor_of('x|y|z|0')), (pg_temp.cursor_of('||1:1:|0')),
  (pg_temp.cursor_of(format('%s|%s|9:1:|0', current_setting('test.cluster'), pg_temp.now()))),
  (pg_temp.cursor_of(format('%s|%s|1:1:|0|1:1:|x|0', current_setting('test.cluster'), pg_temp.now()))),
  (pg_temp.cursor_of(format('%s|%s|1:1:|0|1:1:', current_setting('test.cluster'), pg_temp.now()))),
  (pg_temp.cursor_of(format('%s|%s|1:1:|0', current_setting('test.cluster'), 999999999999999)))
) bad(given);
select throws_ok(pg_temp.try(pg_temp.cursor_of(format('%s|%s|1:1:|0', 'deadbeef', pg_temp.now()))), 'PT410', 'cursor_expired',
  'another cluster''s numbers mean nothing here');
select throws_ok(pg_temp.try(pg_temp.cursor_of(format('%s|%s|1:1:|0', current_setting('test.cluster'), pg_temp.now() - 7 * 86400 - 60))), 'PT410', 'cursor_expired',
  'what came after an old one may be gone');
select throws_ok(pg_temp.try(pg_temp.cursor_of(format('%s|%s|1:999999999999:|0', current_setting('test.cluster'), pg_temp.now()))), 'PT410', 'cursor_expired',
  'so may what came after one from the future: the database went back');

select * from finish();
rollback;
