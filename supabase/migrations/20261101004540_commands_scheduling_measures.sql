-- Scheduling, measured constraints: what a change to a game or a constraint breaks or mends is told.
--
-- Each change to games or constraints is an event of their schedule. The log's consumer gives it to a job, which measures the schedule as it then stands. Of a burst only the last
-- change is measured; a measurement of games that have changed meanwhile is refused.

create function scheduling.begin_measure(event jsonb) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  schedule public.schedules;
  measured scheduling.measurements;
begin
  perform core.require_service();
  select s.* into schedule from public.schedules s
  where s.id = coalesce(core.uuid_or_null(event #>> '{data,schedule_id}'), core.uuid_or_null(event ->> 'aggregate_id'));
  if schedule.id is null or schedule.status = 'archived' then
    return null;
  end if;
  select m.* into measured from scheduling.measurements m where m.schedule_id = schedule.id;
  -- A later change has a job of its own. While changes never cease, one is measured every ten seconds all the same.
  if measured.schedule_version = schedule.version
    or schedule.updated_at > (event ->> 'recorded_at')::timestamptz and measured.measured_at > now() - interval '10 seconds'
    or not exists (select from public.schedule_constraints c where c.schedule_id = schedule.id and c.active)
    or (select count(*) from (select from public.games g where g.schedule_id = schedule.id limit 20001) g) > 20000 then
    return null;
  end if;
  return scheduling.league_document(schedule.id);
end;
$$;
comment on function scheduling.begin_measure(jsonb) is 'See public.begin_measure.';
grant execute on function scheduling.begin_measure(jsonb) to service_role;

create function scheduling.record_analysis(schedule_id uuid, schedule_version bigint, results jsonb) returns integer
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  schedule public.schedules;
  turned record;
  told integer := 0;
begin
  perform core.require_service();
  perform core.require_array(results, 'results', 10000);
  perform core.lock_stream(schedule_id, schedule_version);
  select s.* into strict schedule from public.schedules s where s.id = record_analysis.schedule_id;
  for turned in
    update public.schedule_constraints c set violated = m.violated, deviation = m.deviation
    from jsonb_to_recordset(results) m (id uuid, violated boolean, deviation numeric), public.schedule_constraints was
    where c.id = m.id and was.id = c.id and c.schedule_id = schedule.id and c.active
      and (c.violated is distinct from m.violated or c.deviation is distinct from m.deviation)
    returning c.*, was.violated as was_violated
  loop
    continue when turned.violated is not distinct from coalesce(turned.was_violated, false);
    perform core.append_event(schedule.organization_id, 'schedule_constraint', turned.id,
      case when turned.violated then 'constraint.violated' else 'constraint.satisfied' end,
      jsonb_build_object('schedule_id', schedule.id, 'type', turned.type, 'hard', turned.hard, 'deviation', turned.deviation,
        'schedule_version', schedule.version));
    told := told + 1;
  end loop;
  insert into scheduling.measurements as m (schedule_id, schedule_version) values (schedule.id, schedule.version)
  on conflict on constraint measurements_pkey do update set schedule_version = excluded.schedule_version, measured_at = now();
  return told;
end;
$$;
comment on function scheduling.record_analysis(uuid, bigint, jsonb) is 'See public.record_analysis.';
grant execute on function scheduling.record_analysis(uuid, bigint, jsonb) to service_role;

create function public.begin_measure(event jsonb) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select scheduling.begin_measure(event) $$;
comment on function public.begin_measure(jsonb) is
  'For workers: the schedule that an event changed, as it now stands, to be measured; null where it is measured already or a later change will see to it.';
grant execute on function public.begin_measure(jsonb) to service_role;

create function public.record_analysis(schedule_id uuid, schedule_version bigint, results jsonb) returns integer
language sql volatile security invoker
set search_path = ''
as $$ select scheduling.record_analysis(schedule_id, schedule_version, results) $$;
comment on function public.record_analysis(uuid, bigint, jsonb) is
  'For workers: what was measured [{id, violated, deviation}] on this version of a schedule; tells which constraints broke or hold again. PT409 version_conflict.';
grant execute on function public.record_analysis(uuid, bigint, jsonb) to service_role;

select core.register_consumer('scheduling.measures',
  array['schedule.*'], 'scheduling', 'measure');
