-- Scheduling, staging: imports are made, take parts, and are given up.

create function scheduling.import_document(import public.imports) returns jsonb
language plpgsql stable set search_path = '' as $$ begin return to_jsonb(import); end $$;
comment on function scheduling.import_document(public.imports) is 'An import as commands answer it.';

create function scheduling.require_import(import_id uuid, to_change boolean) returns public.imports
language plpgsql volatile set search_path = '' as $$
declare
  import public.imports;
begin
  select i.* into import from public.imports i where i.id = import_id;
  if import.id is null or not core.is_member_or_service(import.organization_id) then
    perform core.raise_error(404, 'not_found', 'There is no such import.');
  end if;
  perform core.require(import.organization_id, 'schedules.manage');
  -- Parts may come side by side; what works on all of them waits for them and keeps more from coming.
  if to_change then
    select i.* into import from public.imports i where i.id = import_id for update;
  else
    select i.* into import from public.imports i where i.id = import_id for share;
  end if;
  if import.id is null then
    perform core.raise_error(404, 'not_found', 'There is no such import.');
  end if;
  return import;
end $$;
comment on function scheduling.require_import(uuid, boolean) is
  'The import, locked, if the caller has schedules.manage in its organization. PT404 not_found for outsiders.';

create function scheduling.create_import(organization_id uuid, what text, schedule_id uuid, sport_id uuid, file text, idempotency_key text)
returns jsonb
language plpgsql security definer set search_path = '' as $$
#variable_conflict use_column
declare
  import public.imports;
  schedule public.schedules;
  answer jsonb;
begin
  perform core.require(create_import.organization_id, 'schedules.manage');
  answer := core.recall('import.create', create_import.organization_id, idempotency_key,
    jsonb_build_array(create_import.what, create_import.schedule_id, create_import.sport_id, file));
  if answer is not null then
    -- How it stands now, not as it was when it was made.
    select i.* into import from public.imports i where i.id = (answer ->> 'id')::uuid;
    return coalesce(scheduling.import_document(import), answer);
  end if;
  if create_import.schedule_id is not null then
    schedule := scheduling.require_schedule(create_import.schedule_id, 'schedules.manage');
  end if;
  if schedule.organization_id <> create_import.organization_id
    or create_import.sport_id is not null and not exists (
      select from public.sports s where s.id = create_import.sport_id and s.organization_id = create_import.organization_id) then
    perform core.raise_error(404, 'not_found', 'There is no such schedule or sport in the organization.');
  elsif create_import.what not in ('venues', 'teams') and schedule.id is null then
    perform core.raise_error(422, 'invalid_input', 'Say which schedule the file is for.', '{"field": "schedule_id"}');
  elsif schedule.id is not null then
    select s.sport_id into strict create_import.sport_id from public.seasons s where s.id = schedule.season_id;
  elsif create_import.what = 'teams' and create_import.sport_id is null then
    perform core.raise_error(422, 'invalid_input', 'Say which sport the teams play.', '{"field": "sport_id"}');
  elsif (select count(*) from public.imports i where i.organization_id = create_import.organization_id and i.status in ('open', 'checked', 'queued')) >= 50 then
    perform core.raise_error(409, 'too_many_imports', 'Apply or delete some of the imports that are open.');
  end if;
  insert into public.imports (organization_id, schedule_id, sport_id, what, created_by)
  values (create_import.organization_id, create_import.schedule_id, create_import.sport_id, create_import.what,
    (select p.id from public.profiles p where p.id = core.acting_id()))
  returning * into import;
  perform core.audit(import.organization_id, 'import.created', 'import', import.id, null,
    jsonb_build_object('what', import.what, 'schedule_id', import.schedule_id));
  return core.keep('import.create', import.organization_id, idempotency_key, scheduling.import_document(import));
end $$;
grant execute on function scheduling.create_import(uuid, text, uuid, uuid, text, text) to authenticated, service_role;
comment on function scheduling.create_import(uuid, text, uuid, uuid, text, text) is 'See public.create_import.';

create function public.create_import(
  organization_id uuid, what text, schedule_id uuid default null, sport_id uuid default null, file text default null,
  idempotency_key text default null)
returns jsonb
language plpgsql security invoker set search_path = '' as $$
begin
  return scheduling.create_import(organization_id, what, schedule_id, sport_id, file, idempotency_key);
end $$;
grant execute on function public.create_import(uuid, text, uuid, uuid, text, text) to authenticated, service_role;
comment on function public.create_import(uuid, text, uuid, uuid, text, text) is
  'Begins an import of venues, teams (of a sport), rounds, matchups, constraints, games or a whole schedule (of a schedule). Send its rows by stage_import_rows, then check_import or apply_import. `file` is what the file is known by: the same idempotency key is for the same file. Needs schedules.manage. Returns the import.';

create function scheduling.stage_import_rows(import_id uuid, part integer, kind text, rows jsonb, first boolean, last boolean)
returns integer
language plpgsql security definer set search_path = '' as $$
#variable_conflict use_column
declare
  import public.imports := scheduling.require_import(stage_import_rows.import_id, false);
  state scheduling.import_parts;
  staged integer;
begin
  if import.status = 'applied' or import.status = 'queued' then
    perform core.raise_error(409, 'import_closed', 'This import takes no more rows.', jsonb_build_object('import_status', import.status));
  elsif import.what <> stage_import_rows.kind
    and (import.what <> 'schedule' or stage_import_rows.kind not in ('venues', 'teams', 'rounds', 'matchups', 'constraints', 'games')) then
    perform core.raise_error(422, 'invalid_input', 'The rows are of another kind than the import.', '{"field": "kind"}');
  end if;
  perform core.require_array(stage_import_rows.rows, 'rows', 10000);
  insert into scheduling.import_parts as p (import_id, part) values (import.id, stage_import_rows.part)
  on conflict (import_id, part) do update set part = excluded.part
  returning * into state;
  if stage_import_rows.first then
    delete from scheduling.import_rows r where r.import_id = import.id and r.part = stage_import_rows.part;
    state.rows := 0;
  end if;
  insert into scheduling.import_rows (import_id, kind, part, line, cells)
  select import.id, stage_import_rows.kind, stage_import_rows.part, (r ->> 'line')::integer, r
  from jsonb_array_elements(stage_import_rows.rows) r;
  get diagnostics staged = row_count;
  if state.rows + staged + (select coalesce(sum(p.rows), 0) from scheduling.import_parts p where p.import_id = import.id and p.part <> state.part) > 2000000 then
    perform core.raise_error(413, 'payload_too_large', 'An import has 2,000,000 rows at most.');
  end if;
  update scheduling.import_parts p set rows = state.rows + staged, complete = stage_import_rows.last
  where p.import_id = import.id and p.part = stage_import_rows.part;
  return state.rows + staged;
exception
  when unique_violation or not_null_violation or invalid_text_representation or check_violation then
    perform core.raise_error(422, 'invalid_input', 'Each row is an object with a line of its own.', '{"field": "rows"}');
end $$;
grant execute on function scheduling.stage_import_rows(uuid, integer, text, jsonb, boolean, boolean) to authenticated, service_role;
comment on function scheduling.stage_import_rows(uuid, integer, text, jsonb, boolean, boolean) is 'See public.stage_import_rows.';

create function public.stage_import_rows(
  import_id uuid, part integer, kind text, rows jsonb, first boolean default true, last boolean default true)
returns integer
language plpgsql security invoker set search_path = '' as $$
begin
  return scheduling.stage_import_rows(import_id, part, kind, rows, first, last);
end $$;
grant execute on function public.stage_import_rows(uuid, integer, text, jsonb, boolean, boolean) to authenticated, service_role;
comment on function public.stage_import_rows(uuid, integer, text, jsonb, boolean, boolean) is
  'Stages at most 10,000 rows of a part: [{"line": 2, "date": "2027-01-05", …}, …]. `first` throws away what was staged of the part before, so that it can be sent again; an import is checked only when the `last` rows of all its parts have come. Needs schedules.manage. Returns how many rows the part has.';

create function scheduling.discard_import(import_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
declare
  import public.imports := scheduling.require_import(discard_import.import_id, true);
begin
  if import.status = 'applied' then
    perform core.raise_error(409, 'import_closed', 'An import that was applied stays on record.', jsonb_build_object('import_status', import.status));
  end if;
  delete from public.imports i where i.id = import.id;
  perform core.audit(import.organization_id, 'import.discarded', 'import', import.id, jsonb_build_object('what', import.what), null);
end $$;
grant execute on function scheduling.discard_import(uuid) to authenticated, service_role;
comment on function scheduling.discard_import(uuid) is 'See public.discard_import.';

create function public.discard_import(import_id uuid) returns void
language plpgsql security invoker set search_path = '' as $$
begin
  perform scheduling.discard_import(import_id);
end $$;
grant execute on function public.discard_import(uuid) to authenticated, service_role;
comment on function public.discard_import(uuid) is 'Gives an import up that was not applied. Needs schedules.manage.';
