begin;
set local search_path = extensions;
select plan(3);

select tests.create_clinic();
select tests.authenticate_as('owner');

select is(
  tests.refusal($$ select public.set_weekly_hours(tests.resource_id('Ann'),
    '[{"weekday": 1, "opens": "09:00", "closes": "12:00"}, {"weekday": 1, "opens": "09:00", "closes": "10:00"}]') $$),
  '{"status": "PT422", "code": "invalid_input", "detail": {"field": "hours"}}', 'two windows of a weekday cannot open together'
);
select is(
  tests.refusal($$ select public.set_date_override(tests.resource_id('Ann'), '2031-01-01',
    '[{"opens": "09:00", "closes": "12:00"}, {"opens": "09:00", "closes": "10:00"}]') $$),
  '{"status": "PT422", "code": "invalid_input", "detail": {"field": "windows"}}', 'nor two of a date'
);
select is_empty(
  $$ select from public.date_overrides where resource_id = tests.resource_id('Ann') $$, 'and nothing of it is kept'
);

select * from finish();
rollback;
