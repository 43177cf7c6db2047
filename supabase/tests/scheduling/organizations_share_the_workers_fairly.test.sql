begin;
set local search_path = extensions;
select plan(4);
select tests.create_league(), tests.create_draft();

-- The same league again, of another organization: it has one run, the first has twelve.
create function pg_temp.start_elsewhere() returns void language plpgsql as $$
declare
  schedule public.schedules;
begin
  insert into public.sports (organization_id, name) values (tests.organization_id('elsewhere'), 'Chess');
  insert into public.seasons (organization_id, sport_id, name, starts_on, ends_on)
  select s.organization_id, s.id, 'chess', '2029-01-01', '2029-12-31' from public.sports s where s.name = 'Chess';
  insert into public.schedules (organization_id, season_id, name, format)
  select s.organization_id, s.id, 'Chess', 'custom' from public.seasons s where s.name = 'chess' returning * into schedule;
  insert into public.optimization_runs (organization_id, schedule_id, schedule_version, started_from, evaluations)
  values (schedule.organization_id, schedule.id, 1, 'scratch', 10000);
  insert into scheduling.run_states (run_id, organization_id, input)
  select r.id, r.organization_id, '{}' from public.optimization_runs r where r.schedule_id = schedule.id;
  perform core.append_event(r.organization_id, 'optimization_run', r.id, 'optimization_run.queued',
    jsonb_build_object('schedule_id', schedule.id, 'status', 'queued', 'schedule_version', 1))
  from public.optimization_runs r where r.schedule_id = schedule.id;
end $$;
select tests.start_run() from generate_series(1, 12);
select pg_temp.start_elsewhere();

create temporary table served (n int generated always as identity, organization_id uuid, run_id uuid);
create function pg_temp.serve(slices int) returns void language plpgsql as $$
declare
  claim jsonb;
begin
  for n in 1..slices loop
    claim := tests.claim_run();
    insert into served (organization_id, run_id) values ((claim #>> '{run,organization_id}')::uuid, tests.run_of(claim));
    perform tests.save(claim, 10);
  end loop;
end $$;
select pg_temp.serve(24);

select is(
  (select count(*)::int from served s where s.organization_id = tests.organization_id('elsewhere')), 12,
  'of two organizations each has half of the slices, whether it has one run or twelve');
select is(
  (select max(g.gap) from (
    select s.n - lag(s.n) over (order by s.n) as gap from served s where s.organization_id = tests.organization_id('elsewhere')) g), 2,
  'every other one');
select is(
  (select count(distinct s.run_id)::int from served s where s.organization_id = tests.organization_id('conference')), 12,
  'and the runs of one organization take turns');
-- Runs that end at once and are followed by new ones do not get ahead either.
delete from served;
delete from scheduling.run_states s where s.organization_id = tests.organization_id('conference') and s.served_at is not null;
select tests.start_run() from generate_series(1, 6);
select pg_temp.serve(6);
select is(
  (select count(*)::int from served s where s.organization_id = tests.organization_id('elsewhere')), 3, 'new runs are not served before the others'' turn');
select * from finish();
rollback;
