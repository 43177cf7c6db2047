begin;
set local search_path = extensions;
select plan(20);
select tests.create_league();
select tests.authenticate_as('desk');

-- The days of a schedule that is planned so, or what it is refused with.
create function pg_temp.days(rounds jsonb) returns text language plpgsql as $$
declare
  made jsonb := public.create_schedule(tests.season_id(), jsonb_build_object('name', 'x', 'format', 'custom', 'rounds', rounds));
begin
  return (select string_agg(substr(r ->> 'plays_on', 6), ' ' order by (r ->> 'number')::int) from jsonb_array_elements(made -> 'rounds') r);
exception when others then
  return sqlerrm;
end $$;
create function pg_temp.refused(rounds jsonb) returns text language sql as $$
  select tests.refusal(format('select public.create_schedule(tests.season_id(), %L)',
    jsonb_build_object('name', 'x', 'format', 'custom', 'rounds', rounds))) ->> 'code'
$$;

select is(pg_temp.days('["2029-03-03", "2029-02-01"]'), '02-01 03-03', 'days, in order');
select is(pg_temp.days('[{"plays_on": "2029-02-01", "starts": "19:30"}]'), '02-01', 'days with a time');
select is(pg_temp.days('{"from": "2029-01-06", "every_days": 7, "count": 3}'), '01-06 01-13 01-20', 'every week');
select is(pg_temp.days('{"from": "2029-01-01", "until": "2029-01-14", "weekdays": [2, 6]}'), '01-02 01-06 01-09 01-13', 'weekdays of a window');
select is(pg_temp.days('{"from": "2029-01-01", "weekdays": [6], "count": 2, "except": ["2029-01-06"]}'), '01-13 01-20', 'but not on some days');
select is(pg_temp.days('{"from": "2029-12-20", "weekdays": [6]}'), '12-22 12-29', 'to the end of the season');
select is(pg_temp.days('[]'), null, 'or none yet');
select is(
  public.create_schedule(tests.season_id(), '{"name": "y", "format": "custom", "rounds": {"every_days": 300, "starts": "18:00"}}') -> 'rounds',
  '[{"number": 1, "plays_on": "2029-01-01", "starts": "18:00:00"}, {"number": 2, "plays_on": "2029-10-28", "starts": "18:00:00"}]',
  'numbered, with their start'
);
select is(pg_temp.refused(r.rounds::jsonb), 'invalid_input', r.why) from (values
  ('["2030-01-01"]', 'a day outside of the season'),
  ('["2029-02-01", "2029-02-01"]', 'a day twice'),
  ('[null]', 'no day'),
  ('[{"starts": "10:00"}]', 'a round without a day'),
  ('{"weekdays": [6], "every_days": 7}', 'two rules'),
  ('{"from": "2029-01-01"}', 'no rule'),
  ('{"weekdays": [8]}', 'an eighth day of the week'),
  ('{"every_days": 7, "count": 60}', 'more rounds than there are days'),
  ('{"from": "2028-12-01", "weekdays": [1]}', 'a window that opens before the season'),
  ('{"weekdays": [1], "whenever": true}', 'a misspelt rule'),
  ('"2029-01-01"', 'text')) as r(rounds, why);
select is(pg_temp.refused('["2029-02-31"]'), 'date/time field value out of range: "2029-02-31"', 'a day that never comes');

select * from finish();
rollback;
