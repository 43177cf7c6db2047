-- Appointments, commands on feedback: give it, read it, answer it, hide it.
-- Only the customer of a fulfilled appointment rates it, or its guest by the link; whoever else may see the
-- appointment is told that they may not, and to the rest it does not exist.

create function appointments.feedback_document(feedback public.feedback)
returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return to_jsonb(feedback) - 'hidden_at' || jsonb_build_object('hidden', feedback.hidden_at is not null);
end $$;
comment on function appointments.feedback_document(public.feedback) is 'Feedback as commands answer it.';

-- The log holds numbers and ids; what was said stays in the table and in the audit.
create function appointments.record_feedback(feedback public.feedback, type text, before jsonb, after jsonb)
returns jsonb
language plpgsql set search_path = '' as $$
begin
  perform core.append_event(feedback.organization_id, 'feedback', feedback.id, type,
    jsonb_build_object('appointment_id', feedback.appointment_id, 'service_id', feedback.service_id,
      'resource_ids', feedback.resource_ids, 'rating', feedback.rating));
  perform core.audit(feedback.organization_id, type, 'feedback', feedback.id, before, after);
  return appointments.feedback_document(feedback);
end $$;
comment on function appointments.record_feedback(public.feedback, text, jsonb, jsonb) is
  'The event and the audit row of feedback given, answered or hidden; returns its document.';

create function appointments.require_author(appointment public.appointments, manage_token text)
returns void
language plpgsql stable set search_path = '' as $$
begin
  if manage_token is not null then
    -- Asked of an appointment that is not there too: a link that is not valid tells nothing of which ones are.
    perform core.verify_link_token('appointment', appointment.id, manage_token);
    if appointment.customer_id is null then
      return;
    end if;
  elsif appointment.customer_id = core.actor_id() then
    return;
  end if;
  if appointment.id is null or appointments.standing(appointment, null) is null then
    perform core.raise_error(404, 'not_found', 'There is no such appointment.');
  end if;
  perform core.raise_error(403, 'not_your_appointment', 'Only who had the appointment can rate it.');
end $$;
comment on function appointments.require_author(public.appointments, text) is
  'Refuses everyone but the appointment''s customer, or its guest by their link.';

create function appointments.leave_feedback(
  appointment_id uuid, rating integer, comment text, manage_token text, idempotency_key text)
returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  appointment public.appointments := appointments.find(appointment_id);
  deadline timestamptz := appointment.ends_at + interval '2160 hours';
  feedback public.feedback;
  answer jsonb;
begin
  perform appointments.require_author(appointment, manage_token);
  answer := core.recall('feedback.leave', appointment.organization_id, idempotency_key,
    jsonb_build_array(appointment_id, rating, comment));
  if answer is not null then
    return answer;
  end if;
  -- The lock of every change to the appointment: what is rated is fulfilled, and stays so until this has committed.
  perform core.lock_stream(appointment_id);
  appointment := appointments.find(appointment_id);
  if appointment.status <> 'fulfilled' then
    perform core.raise_error(409, 'not_fulfilled', 'Only an appointment that took place can be rated.',
      jsonb_build_object('appointment_status', appointment.status));
  end if;
  if now() > deadline then
    perform core.raise_error(403, 'too_late_for_feedback', 'An appointment can be rated for 90 days.',
      jsonb_build_object('deadline', deadline));
  end if;
  if rating is null or rating not between 1 and 5 then
    perform core.raise_error(422, 'invalid_input', 'A rating is a whole number from 1 to 5.', '{"field": "rating"}');
  end if;
  insert into public.feedback (organization_id, appointment_id, service_id, resource_ids, customer_id, rating, comment)
  values (appointment.organization_id, appointment.id, appointment.service_id, appointment.resource_ids,
    appointment.customer_id, rating, nullif(trim(comment), ''))
  on conflict on constraint one_of_an_appointment do nothing
  returning * into feedback;
  if feedback.id is null then
    perform core.raise_error(409, 'feedback_given', 'This appointment has been rated already.');
  end if;
  answer := appointments.record_feedback(feedback, 'feedback.given', null, to_jsonb(feedback));
  return core.keep('feedback.leave', appointment.organization_id, idempotency_key, answer);
end $$;
grant execute on function appointments.leave_feedback(uuid, integer, text, text, text) to anon, authenticated, service_role;
comment on function appointments.leave_feedback(uuid, integer, text, text, text) is 'See public.leave_feedback.';

create function public.leave_feedback(
  appointment_id uuid, rating integer, comment text default null, manage_token text default null, idempotency_key text default null)
returns jsonb
language sql security invoker set search_path = '' as $$
  select appointments.leave_feedback(appointment_id, rating, comment, manage_token, idempotency_key)
$$;
grant execute on function public.leave_feedback(uuid, integer, text, text, text) to anon, authenticated, service_role;
comment on function public.leave_feedback(uuid, integer, text, text, text) is
  'Rates a fulfilled appointment, 1 to 5, with a comment if wanted: once, by its customer or its guest (manage_token), within 90 days of its end. PT409 not_fulfilled {appointment_status} or feedback_given, PT403 too_late_for_feedback {deadline} or not_your_appointment.';

create function appointments.get_feedback(appointment_id uuid, manage_token text)
returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  appointment public.appointments := appointments.find(appointment_id);
  feedback public.feedback;
  own boolean := appointment.customer_id = core.actor_id();
begin
  if manage_token is not null then
    perform core.verify_link_token('appointment', appointment.id, manage_token);
    own := true;
  end if;
  select * into feedback from public.feedback f where f.appointment_id = appointment.id;
  if feedback.id is null or not coalesce(own, false)
    and not core.has_permission(appointment.organization_id,
      case when feedback.hidden_at is null then 'appointments.read' else 'appointments.manage' end) then
    perform core.raise_error(404, 'not_found', 'There is no such feedback.');
  end if;
  return appointments.feedback_document(feedback);
end $$;
grant execute on function appointments.get_feedback(uuid, text) to anon, authenticated, service_role;
comment on function appointments.get_feedback(uuid, text) is 'See public.get_feedback.';

create function public.get_feedback(appointment_id uuid, manage_token text default null)
returns jsonb
language sql stable security invoker set search_path = '' as $$ select appointments.get_feedback(appointment_id, manage_token) $$;
grant execute on function public.get_feedback(uuid, text) to anon, authenticated, service_role;
comment on function public.get_feedback(uuid, text) is
  'The feedback of an appointment, for its customer, its guest (manage_token) and members with appointments.read. PT404 where there is none, or for anyone else.';

create function appointments.lock_feedback(feedback_id uuid)
returns public.feedback
language plpgsql security definer set search_path = '' as $$
declare
  feedback public.feedback;
begin
  select * into feedback from public.feedback f where f.id = feedback_id;
  if feedback.id is null or not core.is_member_or_service(feedback.organization_id) then
    perform core.raise_error(404, 'not_found', 'There is no such feedback.');
  end if;
  perform core.require(feedback.organization_id, 'appointments.manage');
  perform core.lock_stream(feedback_id);
  select * into feedback from public.feedback f where f.id = feedback_id;
  return feedback;
end $$;
comment on function appointments.lock_feedback(uuid) is 'The feedback, locked, if the caller manages its organization''s appointments. PT404, PT403.';

create function appointments.reply_to_feedback(feedback_id uuid, reply text)
returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  before public.feedback := appointments.lock_feedback(feedback_id);
  after public.feedback;
begin
  update public.feedback f
  set reply = nullif(trim(reply_to_feedback.reply), ''),
    replied_at = case when nullif(trim(reply_to_feedback.reply), '') is not null then now() end, updated_at = now()
  where f.id = before.id
  returning * into after;
  return appointments.record_feedback(after, 'feedback.answered', to_jsonb(before), to_jsonb(after));
end $$;
grant execute on function appointments.reply_to_feedback(uuid, text) to authenticated, service_role;
comment on function appointments.reply_to_feedback(uuid, text) is 'See public.reply_to_feedback.';

create function public.reply_to_feedback(feedback_id uuid, reply text)
returns jsonb
language sql security invoker set search_path = '' as $$ select appointments.reply_to_feedback(feedback_id, reply) $$;
grant execute on function public.reply_to_feedback(uuid, text) to authenticated, service_role;
comment on function public.reply_to_feedback(uuid, text) is
  'Answers feedback in the organization''s name; again replaces the answer, null takes it back. Needs appointments.manage.';

create function appointments.hide_feedback(feedback_id uuid, hidden boolean, reason text)
returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  before public.feedback := appointments.lock_feedback(feedback_id);
  after public.feedback;
begin
  if hidden is null then
    perform core.raise_error(422, 'invalid_input', 'Say whether it is to be hidden.', '{"field": "hidden"}');
  end if;
  if length(reason) > 1000 then
    perform core.raise_error(422, 'invalid_input', 'A reason has at most 1,000 characters.', '{"field": "reason"}');
  end if;
  if hidden = (before.hidden_at is not null) then
    return appointments.feedback_document(before);
  end if;
  update public.feedback f set hidden_at = case when hidden then now() end, updated_at = now()
  where f.id = before.id
  returning * into after;
  return appointments.record_feedback(after, case when hidden then 'feedback.hidden' else 'feedback.shown' end,
    jsonb_build_object('hidden', not hidden), jsonb_build_object('hidden', hidden, 'reason', reason));
end $$;
grant execute on function appointments.hide_feedback(uuid, boolean, text) to authenticated, service_role;
comment on function appointments.hide_feedback(uuid, boolean, text) is 'See public.hide_feedback.';

create function public.hide_feedback(feedback_id uuid, hidden boolean default true, reason text default null)
returns jsonb
language sql security invoker set search_path = '' as $$ select appointments.hide_feedback(feedback_id, hidden, reason) $$;
grant execute on function public.hide_feedback(uuid, boolean, text) to authenticated, service_role;
comment on function public.hide_feedback(uuid, boolean, text) is
  'Hides feedback from members who do not manage appointments, or shows it again; the audit keeps who and why. Its rating counts all the same. Needs appointments.manage.';

create function appointments.service_ratings(service_ids uuid[])
returns table (service_id uuid, ratings integer, mean numeric)
language plpgsql stable security definer set search_path = '' set plan_cache_mode = force_generic_plan as $$
begin
  if service_ids is null or cardinality(service_ids) > 100 then
    perform core.raise_error(422, 'invalid_input', 'Ask for at most 100 services.', '{"field": "service_ids"}');
  end if;
  return query
    select s.id, coalesce(f.ratings, 0), f.mean
    from public.services s
    left join public.feedback_summaries f on f.subject_type = 'service' and f.subject_id = s.id
    where s.id = any (service_ids) and s.active and s.visibility = 'public';
end $$;
grant execute on function appointments.service_ratings(uuid[]) to anon, authenticated, service_role;
comment on function appointments.service_ratings(uuid[]) is 'See public.service_ratings.';

create function public.service_ratings(service_ids uuid[])
returns table (service_id uuid, ratings integer, mean numeric)
language sql stable security invoker set search_path = '' as $$ select * from appointments.service_ratings(service_ids) $$;
grant execute on function public.service_ratings(uuid[]) to anon, authenticated, service_role;
comment on function public.service_ratings(uuid[]) is
  'How many ratings active public services have and their mean, for anyone; at most 100 at once. Comments and their authors are not told.';

insert into core.aggregate_types (aggregate_type, domain) values ('location', 'appointments'), ('feedback', 'appointments');
