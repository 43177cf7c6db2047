begin;
set local search_path = extensions;
select plan(24);

select tests.create_clinic();
select tests.offer_service('Checkup', '{"intake_fields": [
  {"name": "reason", "label": "Your reason", "type": "text", "required": true, "minimum": 3, "maximum": 20}, {"name": "weight", "type": "number", "minimum": 1.5},
  {"name": "children", "type": "integer", "minimum": 0, "maximum": 9}, {"name": "first_visit", "type": "boolean"}, {"name": "born", "type": "date"},
  {"name": "hand", "type": "choice", "choices": ["left", "right"]}, {"name": "pains", "type": "choices", "choices": ["back", "knee"]},
  {"name": "email", "type": "email"}, {"name": "phone", "type": "phone"}]}', any_of => array['Ann']);
select tests.offer_service('Plain', any_of => array['Bob']);

create function pg_temp.fault(answers jsonb) returns text language sql as $$
  select concat_ws(' ', r ->> 'status', r ->> 'code', r #>> '{detail,field}', r #>> '{detail,reason}')
  from tests.refusal(format('select public.book_appointment(%L, %L, intake => %L)', tests.service_id('Checkup'), tests.day_at(2, '10:00'),
    '{"reason": "knee"}'::jsonb || answers)) r
$$;

select tests.authenticate_as('customer');
select is(pg_temp.fault(answers::jsonb), 'PT422 invalid_intake ' || fault, answers)
from (values
  ('{"reason": null}', 'reason required'), ('{"reason": "  "}', 'reason required'), ('{"reason": 7}', 'reason type'), ('{"reason": "ow"}', 'reason range'),
  ('{"reason": "a very long story, you see"}', 'reason range'),
  ('{"weight": "heavy"}', 'weight type'), ('{"weight": 1}', 'weight range'), ('{"children": 1.5}', 'children type'), ('{"children": 10}', 'children range'),
  ('{"first_visit": "yes"}', 'first_visit type'), ('{"born": "2026-02-30"}', 'born format'), ('{"born": "yesterday"}', 'born format'),
  ('{"hand": "both"}', 'hand choice'), ('{"hand": ["left"]}', 'hand type'), ('{"pains": ["back", "neck"]}', 'pains choice'), ('{"pains": "back"}', 'pains type'),
  ('{"email": "me@home"}', 'email format'), ('{"phone": "call me"}', 'phone format'), ('{"shoe_size": 42}', 'shoe_size unknown')
) as wrong(answers, fault);
select is(
  tests.refusal(format('select public.book_appointment(%L, %L)', tests.service_id('Checkup'), tests.day_at(2, '10:00'))) #>> '{detail,field}', 'reason',
  'what is required is asked of those who answer nothing'
);
select is(
  tests.refusal(format('select public.book_appointment(%L, %L, intake => %L)', tests.service_id('Plain'), tests.day_at(2, '10:00'), '{"reason": "knee"}')) #>> '{detail,reason}',
  'unknown', 'a service that asks nothing takes no answers'
);
select set_config('test.answers', '{"reason": "knee", "weight": 80.5, "children": 2, "first_visit": false, "born": "2024-02-29", "hand": "left", "pains": ["knee"],
  "email": "me@example.com", "phone": "+49 30 123456"}', true);
select is(
  public.book_appointment(tests.service_id('Checkup'), tests.day_at(2, '10:00'), intake => current_setting('test.answers')::jsonb) -> 'intake',
  current_setting('test.answers')::jsonb, 'valid answers are kept'
);
select tests.clear_authentication();
select is_empty($$ select from core.events where data::text ~ 'knee|example.com' $$, 'and are in no event');
select is_empty($$ select from realtime.messages where payload::text ~ 'knee|example.com' $$, 'and no hint');

select * from finish();
rollback;
