-- Appointments, changes to series: one of it, this and following, or all; moved, given to someone else, noted, cancelled.
-- What changes is what is pending or booked and has not begun.

create type appointments.locked_series as (series public.appointment_series, standing text);
comment on type appointments.locked_series is 'A series under lock with its appointments, and what the caller is to it.';

create function appointments.lock_series(series_id uuid, expected_version bigint, manage_token text)
returns appointments.locked_series
language plpgsql security definer set search_path = '' as $$
declare
  target appointments.locked_series;
begin
  target.series := appointments.find_series(series_id);
  target.standing := appointments.series_standing(target.series, manage_token);
  if (target.series).id is null or target.standing is null then
    perform core.raise_error(404, 'not_found', 'There is no such series.');
  elsif target.standing = 'reader' then
    perform core.raise_error(403, 'permission_denied', 'You may read this series but not change it.', '{"permission": "appointments.manage"}');
  end if;
  perform core.lock_stream(series_id, expected_version);
  perform core.lock_stream(i) from unnest(array(select a.id from public.appointments a where a.series_id = lock_series.series_id order by 1)) i;
  perform appointments.lock_bookings((target.series).organization_id);
  target.series := appointments.find_series(series_id);
  return target;
end $$;
comment on function appointments.lock_series(uuid, bigint, text) is
  'The series, locked with every appointment of it, and the caller''s standing (desk, own or customer). PT404, PT403, PT409 version_conflict.';

create function appointments.chosen_of_series(series_id uuid, appointment_id uuid, scope text)
returns public.appointments
language plpgsql stable set search_path = '' as $$
declare
  chosen public.appointments;
begin
  perform appointments.check_word('scope', scope, array['one', 'following', 'all']);
  select * into chosen from public.appointments a where a.id = appointment_id and a.series_id = chosen_of_series.series_id;
  if not found and appointment_id is not null then
    perform core.raise_error(404, 'not_found', 'The series has no such appointment.');
  elsif not found and scope <> 'all' then
    perform core.raise_error(422, 'invalid_input', 'Say which appointment of the series.', '{"field": "appointment_id"}');
  end if;
  return chosen;
end $$;
comment on function appointments.chosen_of_series(uuid, uuid, text) is
  'The appointment that a change of scope one or following starts from; a row of nulls when all are meant and none is named.';

-- What moves later begins with the last, so that each finds the place of the next one empty already.
create function appointments.series_targets(series_id uuid, chosen public.appointments, scope text, backwards boolean)
returns public.appointments[]
language plpgsql volatile set search_path = '' as $$
declare
  targets public.appointments[] := array(
    select a from public.appointments a
    where a.series_id = series_targets.series_id and a.status in ('pending', 'booked') and a.starts_at > now()
      and case scope when 'one' then a.id = chosen.id when 'following' then a.starts_at >= chosen.starts_at else true end
    order by case when backwards then a.starts_at end desc, a.starts_at);
begin
  if targets = '{}' then
    perform core.raise_error(409, 'series_over', 'Nothing of this can change any more: it is past or cancelled.');
  end if;
  return targets;
end $$;
comment on function appointments.series_targets(uuid, public.appointments, text, boolean) is
  'The appointments of a series that a change is about, in the order in which they change; PT409 series_over when there is none.';

create function appointments.change_occurrence(
  target appointments.locked, time_zone text, changes jsonb, shift interval, reason text)
returns void
language plpgsql set search_path = '' as $$
declare
  before public.appointments := target.appointment;
  notes text := case when changes ? 'notes' then coalesce(changes ->> 'notes', '') end;
begin
  if changes is null then
    perform appointments.cancel_booking(before, target.standing, reason);
  elsif shift is not null then
    perform appointments.move_booking(target, (before.starts_at at time zone time_zone + shift) at time zone time_zone,
      (changes ->> 'resource_id')::uuid, notes, reason, false);
  else
    perform appointments.update_notes(before.id, notes, null,
      case when target.standing = 'customer' then core.link_token('appointment', before.id) end);
  end if;
end $$;
comment on function appointments.change_occurrence(appointments.locked, text, jsonb, interval, text) is
  'Moves one appointment by a difference of wall-clock times, replaces its notes, or, without changes, cancels it.';

create type appointments.series_outcome as (changed public.appointments[], refused jsonb);
comment on type appointments.series_outcome is 'The appointments of a series that a change has changed, as they were before it, and the refusals of the others.';

create function appointments.change_occurrences(
  target appointments.locked_series, targets public.appointments[], changes jsonb, shift interval, reason text)
returns appointments.series_outcome
language plpgsql set search_path = '' as $$
declare
  outcome appointments.series_outcome := row(array[]::public.appointments[], '[]');
  zone text := (target.series).time_zone;
  occurrence appointments.locked;
  state text;
  code text;
  members text;
  hint text;
begin
  perform appointments.lock_sessions_at((target.series).service_id, array(
    select t.starts_at from unnest(targets) t
    union all
    select (t.starts_at at time zone zone + shift) at time zone zone from unnest(targets) t where shift is not null));
  foreach occurrence.appointment in array targets loop
    begin
      occurrence.standing := case when target.standing = 'own' then appointments.require_standing(occurrence.appointment, null) else target.standing end;
      perform appointments.change_occurrence(occurrence, zone, changes, shift, reason);
      outcome.changed := outcome.changed || occurrence.appointment;
    exception when sqlstate 'PT403' or sqlstate 'PT409' or sqlstate 'PT422' then
      get stacked diagnostics state = returned_sqlstate, code = message_text, members = pg_exception_detail, hint = pg_exception_hint;
      if code = 'invalid_input' then
        raise;
      end if;
      outcome.refused := outcome.refused || appointments.refused_occurrence(
        (occurrence.appointment).id, (occurrence.appointment).starts_at, state, code, members, hint);
    end;
  end loop;
  outcome.refused := (select coalesce(jsonb_agg(r order by (r ->> 'starts_at')::timestamptz), '[]') from jsonb_array_elements(outcome.refused) r);
  return outcome;
end $$;
comment on function appointments.change_occurrences(appointments.locked_series, public.appointments[], jsonb, interval, text) is
  'Changes each appointment as a single one would be. Anything but a refusal is passed on.';

create function appointments.record_series_change(series public.appointment_series, type text, scope text, outcome appointments.series_outcome)
returns jsonb
language plpgsql set search_path = '' as $$
begin
  update public.appointment_series s set version = s.version + 1, updated_at = now(),
    cancelled_at = coalesce(s.cancelled_at, case when type = 'series.cancelled' and not exists (
      select from public.appointments a where a.series_id = s.id and a.status in ('pending', 'booked') and a.starts_at > now()) then now() end)
  where s.id = series.id
  returning * into series;
  perform appointments.record_series(series, type, jsonb_build_object('scope', scope,
    'appointment_ids', (select jsonb_agg(c.id order by c.id) from unnest(outcome.changed) c),
    'skipped', jsonb_array_length(outcome.refused)));
  return appointments.series_document(series) || jsonb_build_object('skipped', outcome.refused);
end $$;
comment on function appointments.record_series_change(public.appointment_series, text, text, appointments.series_outcome) is
  'Counts a change of a series, with its event and audit row; returns its document and what was skipped.';

create function appointments.change_series(
  series_id uuid, scope text, changes jsonb, appointment_id uuid, reason text, on_conflict text, expected_version bigint, manage_token text)
returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  target appointments.locked_series := appointments.lock_series(series_id, expected_version, manage_token);
  chosen public.appointments := appointments.chosen_of_series(series_id, appointment_id, scope);
  time_zone text := (target.series).time_zone;
  starts_at timestamptz := (changes ->> 'starts_at')::timestamptz;
  shift interval;
  outcome appointments.series_outcome;
  answer jsonb;
begin
  perform core.refuse_unknown_keys(changes, array['starts_at', 'resource_id', 'notes']);
  perform appointments.check_word('on_conflict', on_conflict, array['refuse', 'skip']);
  if changes = '{}' then
    perform core.raise_error(422, 'invalid_input', 'Say what shall change.', '{"field": "changes"}');
  elsif changes ? 'starts_at' and (chosen.id is null or starts_at is null or not isfinite(starts_at)) then
    perform core.raise_error(422, 'invalid_input', 'Say which appointment shall start when: the others follow it.',
      jsonb_build_object('field', case when chosen.id is null then 'appointment_id' else 'starts_at' end));
  end if;
  shift := case when changes ? 'starts_at' then starts_at at time zone time_zone - chosen.starts_at at time zone time_zone
    when changes ? 'resource_id' then interval '0' end;
  outcome := appointments.change_occurrences(target,
    appointments.series_targets(series_id, chosen, scope, coalesce(shift > interval '0', false)), changes, shift, reason);
  perform appointments.settle_refusals(outcome.refused, cardinality(outcome.changed), on_conflict);
  answer := appointments.record_series_change(target.series, 'series.changed', scope, outcome);
  -- Only now, so that nobody on the waitlist is offered what the series itself moves into.
  if shift is not null then
    perform appointments.offer_freed(c.service_id, c.resource_ids, c.starts_at, c.session_id,
      appointments.claimed(appointments.booked_terms(c, s), c.starts_at))
    from unnest(outcome.changed) c join public.services s on s.id = c.service_id;
  end if;
  return answer;
end $$;
grant execute on function appointments.change_series(uuid, text, jsonb, uuid, text, text, bigint, text) to anon, authenticated, service_role;
comment on function appointments.change_series(uuid, text, jsonb, uuid, text, text, bigint, text) is 'See public.change_series.';

create function appointments.cancel_series(
  series_id uuid, scope text, appointment_id uuid, reason text, on_conflict text, expected_version bigint, manage_token text)
returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  target appointments.locked_series := appointments.lock_series(series_id, expected_version, manage_token);
  chosen public.appointments := appointments.chosen_of_series(series_id, appointment_id, scope);
  outcome appointments.series_outcome;
begin
  perform appointments.check_word('on_conflict', on_conflict, array['refuse', 'skip']);
  outcome := appointments.change_occurrences(target, appointments.series_targets(series_id, chosen, scope, false), null, null, reason);
  perform appointments.settle_refusals(outcome.refused, cardinality(outcome.changed), on_conflict);
  return appointments.record_series_change(target.series, 'series.cancelled', scope, outcome);
end $$;
grant execute on function appointments.cancel_series(uuid, text, uuid, text, text, bigint, text) to anon, authenticated, service_role;
comment on function appointments.cancel_series(uuid, text, uuid, text, text, bigint, text) is 'See public.cancel_series.';
