-- Scheduling, commands on constraints: a type's JSON Schema says what their params are, the schedule which ids they may name.

-- Ids are found by the schema: a string whose "$comment" is team, venue, tv_window or game, or which is described as one.
create function scheduling.kind_of_reference(schema jsonb) returns text
language plpgsql immutable
set search_path = ''
as $$
declare
  said text := schema ->> 'description';
begin
  return case
    when schema ->> '$comment' in ('team', 'venue', 'tv_window', 'game') then schema ->> '$comment'
    when said ~ '^(Ids? of (a |the )?teams?\M|The (host|visitor)\M)' then 'team'
    when said ~ '^(Ids? of (a |the )?venues?\M|The venue, as teams)' then 'venue'
    when said ~ '^Ids? of (a |the )?TV windows?\M' then 'tv_window'
    when said ~ '^Ids? of (a |the )?games?\M' then 'game'
  end;
end;
$$;
comment on function scheduling.kind_of_reference(jsonb) is 'What a string of this JSON Schema is the id of; null: of nothing.';

create function scheduling.references_in(root jsonb, schema jsonb, data jsonb, path text, depth integer default 0)
returns table (at text, kind text, id text)
language plpgsql immutable
set search_path = ''
as $$
declare
  part record;
begin
  if jsonb_typeof(schema) <> 'object' or data is null or depth > 20 then
    return;
  end if;
  if schema ? '$ref' then
    return query select * from scheduling.references_in(root, core.schema_ref(root, schema ->> '$ref'), data, path, depth + 1);
  end if;
  for part in
    select s from jsonb_array_elements(coalesce(schema -> 'allOf', '[]') || coalesce(schema -> 'anyOf', '[]') || coalesce(schema -> 'oneOf', '[]')) s
  loop
    return query select * from scheduling.references_in(root, part.s, data, path, depth + 1);
  end loop;
  if jsonb_typeof(data) = 'string' then
    kind := scheduling.kind_of_reference(schema);
    at := path;
    id := data #>> '{}';
    if kind is not null then
      return next;
    end if;
  elsif jsonb_typeof(data) = 'object' then
    for part in select p.key, p.value from jsonb_each(coalesce(schema -> 'properties', '{}')) p where data ? p.key loop
      return query select * from scheduling.references_in(root, part.value, data -> part.key, path || '/' || part.key, depth + 1);
    end loop;
  elsif jsonb_typeof(data) = 'array' then
    for part in
      select e.value, e.place - 1 as place, coalesce(schema -> 'prefixItems' -> (e.place - 1)::integer, schema -> 'items') as schema
      from jsonb_array_elements(data) with ordinality as e(value, place)
    loop
      -- Entries that say nothing of themselves are what the list is of.
      return query select * from scheduling.references_in(root,
        case when jsonb_typeof(part.schema) = 'object' and schema ? 'description' then jsonb_build_object('description', schema -> 'description') || part.schema
          else part.schema end,
        part.value, path || '/' || part.place, depth + 1);
    end loop;
  end if;
end;
$$;
comment on function scheduling.references_in(jsonb, jsonb, jsonb, text, integer) is 'The ids that params name, by their type''s schema: where (JSON Pointer), of what, which.';

create function scheduling.is_known(schedule public.schedules, kind text, id uuid) returns boolean
language plpgsql stable
set search_path = ''
as $$
begin
  return case kind
    when 'team' then exists (select from public.schedule_teams t where t.schedule_id = schedule.id and t.team_id = is_known.id)
    when 'venue' then exists (select from public.venues v where v.id = is_known.id and v.organization_id = schedule.organization_id)
    when 'tv_window' then exists (select from public.tv_windows w where w.id = is_known.id and w.season_id = schedule.season_id)
    when 'game' then exists (select from public.games g where g.id = is_known.id and g.schedule_id = schedule.id)
  end;
end;
$$;
comment on function scheduling.is_known(public.schedules, text, uuid) is 'Whether a schedule has such a team or game, its organization such a venue, its season such a window.';

create function scheduling.check_params(schedule public.schedules, constraint_type text, params jsonb) returns void
language plpgsql stable
set search_path = ''
as $$
declare
  schema jsonb;
  faults jsonb;
begin
  select t.schema into schema from public.constraint_types t where t.type = constraint_type;
  if schema is null then
    perform core.raise_error(422, 'invalid_input', 'There is no such type of constraint.', '{"field": "type"}');
  elsif params is null or jsonb_typeof(params) <> 'object' or length(params::text) > 100000 then
    perform core.raise_error(422, 'invalid_input', 'The params of a constraint are an object.', '{"field": "params"}');
  end if;
  select jsonb_agg(jsonb_build_object('path', '/params' || f.path, 'message', f.message)) into faults from core.schema_faults(schema, params) f;
  if faults is null then
    select jsonb_agg(jsonb_build_object('path', r.at, 'message', format('names no %s of the schedule', replace(r.kind, '_', ' ')))) into faults
    from scheduling.references_in(schema, schema, params, '/params') r
    where not coalesce(scheduling.is_known(schedule, r.kind, core.uuid_or_null(r.id)), false);
  end if;
  if faults is not null then
    perform core.raise_error(422, 'invalid_constraint', format('%s %s.', faults -> 0 ->> 'path', faults -> 0 ->> 'message'),
      jsonb_build_object('faults', jsonb_path_query_array(faults, '$[0 to 99]'), 'total', jsonb_array_length(faults)));
  end if;
end;
$$;
comment on function scheduling.check_params(public.schedules, text, jsonb) is 'PT422 invalid_constraint {faults: [{path, message}], total} unless params fit the type and name what there is.';

create function scheduling.check_constraint(schedule public.schedules, rule public.schedule_constraints) returns void
language plpgsql stable
set search_path = ''
as $$
declare
  field text := case
    when rule.hard is null then 'hard'
    when rule.weight is null or rule.weight = 'NaN' or rule.weight <= 0 or rule.weight > 1000000 then 'weight'
    when rule.active is null then 'active'
    when length(rule.name) > 200 then 'name'
  end;
begin
  if field is not null then
    perform core.raise_error(422, 'invalid_input', 'A constraint is hard or soft, has a weight over 0 up to 1,000,000 and a short name.',
      jsonb_build_object('field', field));
  end if;
  perform scheduling.check_params(schedule, rule.type, rule.params);
end;
$$;
comment on function scheduling.check_constraint(public.schedules, public.schedule_constraints) is 'PT422 for what cannot be a constraint of the schedule.';

create function scheduling.record_constraint(
  schedule public.schedules, before public.schedule_constraints, after public.schedule_constraints, type text) returns jsonb
language plpgsql volatile
set search_path = ''
as $$
declare
  known constant public.schedule_constraints := case when after.id is null then before else after end;
begin
  perform core.append_event(schedule.organization_id, 'schedule_constraint', known.id, type, jsonb_build_object(
    'schedule_id', schedule.id, 'type', known.type, 'hard', known.hard, 'weight', known.weight, 'active', known.active));
  perform core.audit(schedule.organization_id, type, 'schedule_constraint', known.id,
    case when before.id is not null then to_jsonb(before) end, case when after.id is not null then to_jsonb(after) end);
  perform scheduling.record_schedule(schedule, 'schedule.constraints_changed', '{"constraints": 1}', to_jsonb(schedule));
  return to_jsonb(after);
end;
$$;
comment on function scheduling.record_constraint(public.schedules, public.schedule_constraints, public.schedule_constraints, text) is
  'The events and audit rows of a change of a constraint; returns its document.';

create function scheduling.add_constraint(schedule_id uuid, rule jsonb, expected_version bigint, idempotency_key text) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  most constant integer := 2000;
  schedule public.schedules := scheduling.require_schedule(schedule_id, 'schedules.manage');
  wanted public.schedule_constraints;
  added public.schedule_constraints;
  answer jsonb;
begin
  answer := core.recall('constraint.add', schedule.organization_id, idempotency_key, jsonb_build_array(schedule_id, rule, expected_version));
  if answer is not null then
    return answer;
  end if;
  perform core.refuse_unknown_keys(rule, array['type', 'name', 'params', 'hard', 'weight', 'active']);
  schedule := scheduling.lock_schedule(schedule_id, expected_version);
  wanted := jsonb_populate_record(null::public.schedule_constraints, '{"weight": 1, "active": true}' || jsonb_strip_nulls(rule));
  wanted.params := rule -> 'params';
  perform scheduling.check_constraint(schedule, wanted);
  if (select count(*) from public.schedule_constraints c where c.schedule_id = schedule.id) >= most then
    perform core.raise_error(409, 'too_many_constraints', 'The schedule has as many constraints as it may.', jsonb_build_object('maximum', most));
  end if;
  insert into public.schedule_constraints (organization_id, schedule_id, type, name, params, hard, weight, active)
  values (schedule.organization_id, schedule.id, wanted.type, wanted.name, wanted.params, wanted.hard, wanted.weight, wanted.active)
  returning * into added;
  return core.keep('constraint.add', schedule.organization_id, idempotency_key,
    scheduling.record_constraint(schedule, null, added, 'schedule_constraint.added'));
end;
$$;
comment on function scheduling.add_constraint(uuid, jsonb, bigint, text) is 'See public.add_schedule_constraint.';
grant execute on function scheduling.add_constraint(uuid, jsonb, bigint, text) to authenticated, service_role;

create type scheduling.locked_constraint as (schedule public.schedules, rule public.schedule_constraints);
comment on type scheduling.locked_constraint is 'A constraint, and its schedule under lock.';

create function scheduling.lock_constraint(constraint_id uuid, expected_version bigint) returns scheduling.locked_constraint
language plpgsql volatile
set search_path = ''
as $$
declare
  rule public.schedule_constraints;
  schedule public.schedules;
begin
  select c.* into rule from public.schedule_constraints c where c.id = constraint_id;
  if rule.id is null or not core.is_member_or_service(rule.organization_id) then
    perform core.raise_error(404, 'not_found', 'There is no such constraint.');
  end if;
  perform scheduling.require_schedule(rule.schedule_id, 'schedules.manage');
  schedule := scheduling.lock_schedule(rule.schedule_id);
  select c.* into rule from public.schedule_constraints c where c.id = constraint_id;
  if rule.id is null then
    perform core.raise_error(404, 'not_found', 'There is no such constraint.');
  elsif rule.version <> expected_version then
    perform core.raise_error(409, 'version_conflict', 'Someone else changed this in the meantime. Read it again.',
      jsonb_build_object('expected', expected_version, 'actual', rule.version));
  end if;
  return row(schedule, rule)::scheduling.locked_constraint;
end;
$$;
comment on function scheduling.lock_constraint(uuid, bigint) is 'A constraint to be changed, as its caller had seen it. PT404, PT403, PT409 version_conflict.';

create function scheduling.update_constraint(constraint_id uuid, changes jsonb, expected_version bigint) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  target scheduling.locked_constraint := scheduling.lock_constraint(constraint_id, expected_version);
  wanted public.schedule_constraints;
  after public.schedule_constraints;
begin
  perform core.refuse_unknown_keys(changes, array['name', 'params', 'hard', 'weight', 'active']);
  wanted := jsonb_populate_record((target).rule, changes - 'params');
  wanted.params := case when changes ? 'params' then changes -> 'params' else wanted.params end;
  perform scheduling.check_constraint((target).schedule, wanted);
  update public.schedule_constraints c set
    name = wanted.name, params = wanted.params, hard = wanted.hard, weight = wanted.weight, active = wanted.active,
    violated = null, deviation = null, version = c.version + 1, updated_at = now()
  where c.id = constraint_id
  returning * into after;
  return scheduling.record_constraint((target).schedule, (target).rule, after, 'schedule_constraint.changed');
end;
$$;
comment on function scheduling.update_constraint(uuid, jsonb, bigint) is 'See public.update_schedule_constraint.';
grant execute on function scheduling.update_constraint(uuid, jsonb, bigint) to authenticated, service_role;

create function scheduling.delete_constraint(constraint_id uuid, expected_version bigint) returns void
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  target scheduling.locked_constraint := scheduling.lock_constraint(constraint_id, expected_version);
begin
  delete from public.schedule_constraints c where c.id = constraint_id;
  perform scheduling.record_constraint((target).schedule, (target).rule, null, 'schedule_constraint.removed');
end;
$$;
comment on function scheduling.delete_constraint(uuid, bigint) is 'See public.delete_schedule_constraint.';
grant execute on function scheduling.delete_constraint(uuid, bigint) to authenticated, service_role;
