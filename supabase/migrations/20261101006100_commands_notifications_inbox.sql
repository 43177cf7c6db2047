-- Notifications, commands: tell the members of an organization, take it back, read one's inbox.
--
-- Many are told slice by slice, by user id: each call is short, and says where the next one goes on.

create function notifications.hint(user_ids uuid[], batch_id uuid, type text, version bigint) returns void
language plpgsql volatile
set search_path = ''
as $$
declare
  user_id uuid;
begin
  foreach user_id in array user_ids loop
    perform realtime.send(jsonb_build_object('id', batch_id, 'type', type, 'version', version), type, 'profile:' || user_id, true);
  end loop;
end;
$$;
comment on function notifications.hint(uuid[], uuid, text, bigint) is 'Tells each user''s screens to look into the inbox.';

create function notifications.notify_members(
  organization_id uuid, batch_id uuid, kind text, subject_type text, subject_id uuid, after_user_id uuid, max_members int,
  idempotency_key text
) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
#variable_conflict use_variable
declare
  batch notifications.batches;
  slice uuid[];
  told uuid[];
  answer jsonb;
  version bigint;
begin
  perform core.require_service();
  answer := core.recall('notification.notify', batch_id, idempotency_key,
    jsonb_build_array(organization_id, kind, subject_type, subject_id, after_user_id, max_members));
  if answer is not null then
    return answer;
  end if;
  if max_members is null or max_members not between 1 and 1000 then
    perform core.raise_error(422, 'invalid_input', 'Tell 1 to 1,000 members at once.', '{"field": "max_members"}');
  elsif not exists (select from public.organizations o where o.id = organization_id) then
    perform core.raise_error(404, 'not_found', 'There is no such organization.');
  end if;
  insert into notifications.batches (id, organization_id, kind, subject_type, subject_id)
  values (batch_id, organization_id, kind, subject_type, subject_id)
  on conflict do nothing;
  select b.* into strict batch from notifications.batches b where b.id = batch_id for update;
  if batch.status = 'withdrawn' then
    perform core.raise_error(409, 'notifications_withdrawn', 'What this tells has been taken back.');
  end if;
  slice := array(
    select m.user_id from public.memberships m
    where m.organization_id = organization_id and (after_user_id is null or m.user_id > after_user_id)
    order by m.user_id
    limit max_members);
  with added as (
    insert into public.notifications (user_id, organization_id, batch_id, kind, subject_type, subject_id)
    select u, batch.organization_id, batch.id, batch.kind, batch.subject_type, batch.subject_id from unnest(slice) u
    on conflict on constraint told_once do nothing
    returning user_id
  )
  select array_agg(a.user_id) into told from added a;
  if told is not null then
    update notifications.batches b set members = b.members + cardinality(told), updated_at = now() where b.id = batch_id
    returning b.* into batch;
    version := core.append_event(organization_id, 'notification_batch', batch_id, 'notification_batch.sent', jsonb_build_object(
      'kind', batch.kind, 'subject_type', batch.subject_type, 'subject_id', batch.subject_id, 'members', cardinality(told)));
    perform notifications.hint(told, batch_id, 'notification_batch.sent', version);
  end if;
  answer := jsonb_build_object('members', batch.members, 'after_user_id', slice[cardinality(slice)],
    'more', cardinality(slice) = max_members);
  return core.keep('notification.notify', batch_id, idempotency_key, answer);
end;
$$;
comment on function notifications.notify_members(uuid, uuid, text, text, uuid, uuid, int, text) is 'See public.notify_members.';
grant execute on function notifications.notify_members(uuid, uuid, text, text, uuid, uuid, int, text) to service_role;

create function notifications.withdraw_notifications(organization_id uuid, batch_id uuid, max_members int, idempotency_key text)
returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
#variable_conflict use_variable
declare
  batch notifications.batches;
  withdrawn uuid[];
  answer jsonb;
  version bigint;
begin
  perform core.require_service();
  answer := core.recall('notification.withdraw', batch_id, idempotency_key, jsonb_build_array(organization_id, max_members));
  if answer is not null then
    return answer;
  end if;
  if max_members is null or max_members not between 1 and 1000 then
    perform core.raise_error(422, 'invalid_input', 'Withdraw 1 to 1,000 at once.', '{"field": "max_members"}');
  end if;
  update notifications.batches b set status = 'withdrawn', updated_at = now()
  where b.id = batch_id and b.organization_id = organization_id
  returning b.* into batch;
  if batch.id is null then
    return core.keep('notification.withdraw', batch_id, idempotency_key, '{"members": 0, "more": false}');
  end if;
  with gone as (
    delete from public.notifications n
    where n.id in (select w.id from public.notifications w where w.batch_id = batch.id order by w.user_id limit max_members)
    returning n.user_id
  )
  select array_agg(g.user_id) into withdrawn from gone g;
  if withdrawn is not null then
    version := core.append_event(organization_id, 'notification_batch', batch_id, 'notification_batch.withdrawn', jsonb_build_object(
      'kind', batch.kind, 'subject_type', batch.subject_type, 'subject_id', batch.subject_id, 'members', cardinality(withdrawn)));
    perform notifications.hint(withdrawn, batch_id, 'notification_batch.withdrawn', version);
  end if;
  answer := jsonb_build_object('members', coalesce(cardinality(withdrawn), 0),
    'more', exists (select from public.notifications n where n.batch_id = batch.id));
  return core.keep('notification.withdraw', batch_id, idempotency_key, answer);
end;
$$;
comment on function notifications.withdraw_notifications(uuid, uuid, int, text) is 'See public.withdraw_notifications.';
grant execute on function notifications.withdraw_notifications(uuid, uuid, int, text) to service_role;

create function notifications.mark_notifications_read(notification_ids uuid[]) returns int
language plpgsql volatile security definer
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
  me uuid := auth.uid();
  marked int;
begin
  if me is null then
    perform core.raise_error(401, 'not_authenticated', 'Sign in first.');
  elsif cardinality(notification_ids) > 1000 then
    perform core.raise_error(422, 'invalid_input', 'Mark at most 1,000 at once.', '{"field": "notification_ids"}');
  end if;
  update public.notifications n set read_at = now()
  where n.user_id = me and n.read_at is null and (notification_ids is null or n.id = any (notification_ids));
  get diagnostics marked = row_count;
  if marked > 0 then
    perform core.append_event(null, 'profile', me, 'profile.inbox_read', jsonb_build_object('notifications', marked));
  end if;
  return marked;
end;
$$;
comment on function notifications.mark_notifications_read(uuid[]) is 'See public.mark_notifications_read.';
grant execute on function notifications.mark_notifications_read(uuid[]) to authenticated;

-- facades ------------------------------------------------------------------------------------------------------------

create function public.notify_members(
  organization_id uuid,
  batch_id uuid,
  kind text,
  subject_type text,
  subject_id uuid,
  after_user_id uuid default null,
  max_members int default 500,
  idempotency_key text default null
) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$
  select notifications.notify_members(organization_id, batch_id, kind, subject_type, subject_id, after_user_id, max_members, idempotency_key)
$$;
comment on function public.notify_members(uuid, uuid, text, text, uuid, uuid, int, text) is
  'For services: puts a notification into the inboxes of an organization''s members, by user id after one, once each a batch. '
  'Answers {members told so far, after_user_id, more}. PT409 notifications_withdrawn.';
grant execute on function public.notify_members(uuid, uuid, text, text, uuid, uuid, int, text) to service_role;

create function public.withdraw_notifications(
  organization_id uuid,
  batch_id uuid,
  max_members int default 500,
  idempotency_key text default null
) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select notifications.withdraw_notifications(organization_id, batch_id, max_members, idempotency_key) $$;
comment on function public.withdraw_notifications(uuid, uuid, int, text) is
  'For services: takes notifications of a batch back, read or not, and lets no more of it be sent. Answers {members, more}.';
grant execute on function public.withdraw_notifications(uuid, uuid, int, text) to service_role;

create function public.mark_notifications_read(notification_ids uuid[] default null) returns int
language sql volatile security invoker
set search_path = ''
as $$ select notifications.mark_notifications_read(notification_ids) $$;
comment on function public.mark_notifications_read(uuid[]) is
  'Marks notifications of one''s own inbox as read, all of them when none are named; answers how many were not.';
grant execute on function public.mark_notifications_read(uuid[]) to authenticated;
