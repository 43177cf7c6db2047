begin;
set local search_path = extensions;
select plan(9);

select tests.create_clinic();
select tests.create_resource('Scanner', 'equipment', '10:00', '12:00');
select tests.offer_service('Scan', any_of => array['Ann', 'Bob'], all_of => array['Room', 'Scanner']);

create function pg_temp.offered(chosen text default null) returns setof text
language sql as $$
  select to_char(s.starts_at at time zone 'Europe/Berlin', 'HH24:MI ') || string_agg(r.name, '+' order by r.name)
  from public.available_slots(tests.service_id('Scan'), tests.day_at(2, '00:00'), tests.day_at(3, '00:00'), tests.resource_id(chosen)) s
  join public.resources r on r.id = any (s.resource_ids) group by s.starts_at order by s.starts_at
$$;

select results_eq('select pg_temp.offered()', array['10:00 Ann+Bob', '10:30 Ann+Bob', '11:00 Ann+Bob', '11:30 Ann+Bob'],
  'offered while all that are needed are open, with those who could serve');
select tests.value_as(null, format('select public.add_absence(%L, %L, %L)', tests.resource_id('Ann'), tests.day_at(2, '10:15'), tests.day_at(2, '10:45')));
select results_eq('select pg_temp.offered()', array['10:00 Bob', '10:30 Bob', '11:00 Ann+Bob', '11:30 Ann+Bob'], 'one who is away is no choice');
select results_eq($$ select pg_temp.offered('Ann') $$, array['11:00 Ann', '11:30 Ann'], 'asked for one, it shows theirs only');
select is_empty($$ select pg_temp.offered('Nobody') where tests.resource_id('Nobody') is not null $$, 'nobody is nobody');
select tests.book('Scan', tests.day_at(2, '11:00'));
select results_eq('select pg_temp.offered()', array['10:00 Bob', '10:30 Bob', '11:30 Ann+Bob'], 'what all need is taken by whoever books');
select results_eq(
  $$ select r.name from public.appointments a join public.resources r on r.id = any (a.resource_ids) where r.kind <> 'staff' order by 1 $$,
  array['Room', 'Scanner'], 'all of the one group'
);
select is(
  (select count(*) from public.appointments a join public.resources r on r.id = any (a.resource_ids) where r.kind = 'staff'), 1::bigint, 'one of the other'
);
select is(
  tests.refusal(format('select tests.value_as(%L, %L)', 'customer', format('select public.book_appointment(%L, %L, %L)',
    tests.service_id('Scan'), tests.day_at(2, '10:30'), tests.resource_id('Ann')))) ->> 'code', 'slot_not_offered', 'who is away cannot be insisted on'
);
select is(
  (select r.name from jsonb_array_elements(tests.value_as('customer', format('select public.book_appointment(%L, %L, %L)',
    tests.service_id('Scan'), tests.day_at(2, '11:30'), tests.resource_id('Bob')))::jsonb -> 'resources') d
    join public.resources r on r.id = (d ->> 'id')::uuid where r.kind = 'staff'), 'Bob', 'who is there can'
);

select * from finish();
rollback;
