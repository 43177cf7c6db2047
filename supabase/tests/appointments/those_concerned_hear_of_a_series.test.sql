begin;
set local search_path = extensions;
select plan(2);

select tests.create_clinic();
select tests.offer_service('Consultation', any_of => array['Ann']);
select set_config('test.series', tests.book_series('Consultation', tests.weekly(2, '10:00', 2))::text, true);
create function pg_temp.hears(identifier text, topic text) returns boolean
language sql as $$ select tests.value_as(identifier, format('select appointments.may_listen_to_series(%L)', topic))::boolean $$;

select results_eq(
  $$
    select who, pg_temp.hears(who, 'series:' || current_setting('test.series'))
    from unnest(array['customer', 'desk', 'viewer', 'neighbour', 'outsider']) who
  $$,
  $$ values ('customer', true), ('desk', true), ('viewer', true), ('neighbour', false), ('outsider', false) $$, 'its customer and members hear of it, others do not'
);
select is_empty(
  $$
    select from unnest(array['series:', 'series:x', 'appointment:' || current_setting('test.series'), 'series:' || current_setting('test.series') || ' ']) t
    where pg_temp.hears('customer', t)
  $$, 'other topics are not its own'
);

select * from finish();
rollback;
