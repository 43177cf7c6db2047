begin;
set local search_path = extensions;
select plan(12);
select tests.create_league(), tests.create_draft();
insert into public.constraint_types (type, title, description, schema, example) values ('a_test', 'A', 'A', '{}', '{}') on conflict do nothing;
insert into public.schedule_constraints (organization_id, schedule_id, type, params, hard)
select s.organization_id, s.id, 'a_test', '{}', true from public.schedules s;
create function pg_temp.measure(violated boolean, version bigint default 1) returns int language sql as $$
  select tests.value_as(null, format('select public.record_analysis(%L, %s, %L)', tests.schedule_id(), version,
    jsonb_build_array(jsonb_build_object('id', (select c.id from public.schedule_constraints c), 'violated', violated, 'deviation', violated::int))))::int
$$;
create function pg_temp.begun(at timestamptz default now()) returns jsonb language sql as $$
  select tests.value_as(null, format('select public.begin_measure(%L)',
    jsonb_build_object('aggregate_id', tests.schedule_id(), 'data', '{}'::jsonb, 'recorded_at', at)))::jsonb
$$;

select is(jsonb_array_length(pg_temp.begun() -> 'constraints'), 1, 'a change is measured');
select is(pg_temp.measure(true), 1, 'what breaks is told');
select is((select c.violated from public.schedule_constraints c), true, 'and kept');
select is(pg_temp.begun(), null, 'what is measured is not measured again');
select is(pg_temp.measure(true), 0, 'what stays broken is not told again');
select is(pg_temp.measure(false), 1, 'what holds again is');
select is(pg_temp.measure(false), 0, 'once');
select results_eq(
  $$ select e.type from core.events e where e.aggregate_type = 'schedule_constraint' order by e.position $$,
  $$ values ('constraint.violated'), ('constraint.satisfied') $$, 'in that order');

select tests.touch();
select throws_ok('select pg_temp.measure(true, 1)', 'PT409', 'version_conflict', 'what was measured of games that have changed is refused');
select isnt(pg_temp.begun(), null, 'a change is measured');
select is(pg_temp.begun(now() - interval '1 second'), null, 'of a burst only the last one');
update scheduling.measurements set measured_at = now() - interval '11 seconds';
select isnt(pg_temp.begun(now() - interval '1 second'), null, 'unless it never ends');
select * from finish();
rollback;
