-- Commands on subscriptions: make, change, pause, resume, delete.
--
-- Lock order: idempotency key, the subscription's stream, its lanes by member, its redeliveries.

create function core.subscription_for(subscription_id uuid, permission text) returns public.subscriptions
language plpgsql stable
set search_path = ''
as $$
declare
  subscription public.subscriptions;
begin
  select s.* into subscription from public.subscriptions s where s.id = subscription_id;
  if found and core.has_permission(subscription.organization_id, permission) then
    return subscription;
  elsif found and core.is_member_or_service(subscription.organization_id) then
    perform core.require(subscription.organization_id, permission);
  end if;
  perform core.raise_error(404, 'not_found', 'There is no such subscription.');
end;
$$;
comment on function core.subscription_for(uuid, text) is
  'The subscription, for a caller with the permission where it belongs; to strangers it does not exist.';

create function core.subscription_document(subscription public.subscriptions) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return to_jsonb(subscription) - array['patterns', 'missed_from', 'missed_to', 'missed_events'] || jsonb_build_object('missed',
    case when subscription.missed_events > 0 then jsonb_build_object(
      'from', subscription.missed_from, 'to', subscription.missed_to, 'events', subscription.missed_events) end);
end;
$$;
comment on function core.subscription_document(public.subscriptions) is 'A subscription as clients see it.';

create function core.subscription_event(subscription public.subscriptions) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return jsonb_build_object('types', subscription.types, 'delivery', subscription.delivery, 'members', subscription.members,
    'status', subscription.status);
end;
$$;
comment on function core.subscription_event(public.subscriptions) is 'What each event of a subscription says of it.';

create function core.check_subscription(fields jsonb) returns void
language plpgsql stable
set search_path = ''
as $$
declare
  field text := case
    when fields ? 'name' and (jsonb_typeof(fields -> 'name') <> 'string' or length(btrim(fields ->> 'name')) not between 1 and 100)
      then 'name'
    when fields ? 'types' and (jsonb_typeof(fields -> 'types') <> 'array' or jsonb_array_length(fields -> 'types') not between 1 and 100)
      then 'types'
    when fields ? 'members' and (jsonb_typeof(fields -> 'members') <> 'number' or (fields ->> 'members') !~ '^[0-9]{1,2}$'
      or (fields ->> 'members')::int not between 1 and 64) then 'members'
    when fields ? 'max_attempts' and (jsonb_typeof(fields -> 'max_attempts') <> 'number'
      or (fields ->> 'max_attempts') !~ '^[0-9]{1,3}$' or (fields ->> 'max_attempts')::int not between 1 and 100)
      then 'max_attempts'
  end;
begin
  if field is null and fields ? 'types' then
    perform core.check_type_patterns(array(select jsonb_array_elements_text(fields -> 'types')));
  elsif field is not null then
    perform core.raise_error(422, 'invalid_input', 'A field of the subscription is not valid.', jsonb_build_object('field', field));
  end if;
end;
$$;
comment on function core.check_subscription(jsonb) is 'Names the first field that the table would refuse.';

create function core.check_type_patterns(types text[]) returns void
language plpgsql stable
set search_path = ''
as $$
declare
  wrong text := (
    select coalesce(t.type, 'null') from unnest(types) t (type)
    where (t.type ~ '^(\*|[a-z][a-z0-9_]*(\.[a-z0-9_]+)*(\.\*)?)$' and length(t.type) <= 200) is not true
    limit 1
  );
begin
  if wrong is not null or cardinality(types) not between 1 and 100 then
    perform core.raise_error(422, 'invalid_input', 'A type is like appointment.booked, a pattern like appointment.* or *.',
      jsonb_build_object('field', 'types', 'type', left(wrong, 200)));
  end if;
end;
$$;
comment on function core.check_type_patterns(text[]) is 'PT422 invalid_input unless each is an event type or a pattern of them.';

create function core.create_subscription(
  organization_id uuid,
  subscription jsonb,
  idempotency_key text default null,
  delivery text default 'pull'
) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
#variable_conflict use_variable
declare
  scope uuid := coalesce(organization_id, core.nil_uuid());
  command text := case delivery when 'pull' then 'create_subscription' else 'create_subscription:' || delivery end;
  answer jsonb;
  created public.subscriptions;
begin
  if organization_id is null then
    perform core.require_service();
  else
    perform core.require_in(organization_id, 'subscriptions.manage'), core.require(organization_id, 'events.read');
  end if;
  answer := core.recall(command, scope, idempotency_key, subscription);
  if answer is not null then
    return answer;
  end if;
  perform core.refuse_unknown_keys(subscription, array['name', 'types', 'members', 'max_attempts']);
  perform core.check_subscription(subscription || jsonb_build_object('name', subscription -> 'name', 'types', subscription -> 'types'));
  if organization_id is not null then
    -- The lock makes those who are counted wait for one another, too.
    perform core.lock_stream(organization_id);
    if (select count(*) from public.subscriptions s where s.organization_id = create_subscription.organization_id) >= 100 then
      perform core.raise_error(409, 'too_many_subscriptions', 'An organization has 100 subscriptions at most.', '{"maximum": 100}');
    end if;
  end if;

  perform core.tick();
  insert into public.subscriptions (organization_id, name, types, delivery, members, max_attempts, created_by)
  values (
    organization_id,
    btrim(subscription ->> 'name'),
    array(select jsonb_array_elements_text(subscription -> 'types')),
    delivery,
    coalesce((subscription ->> 'members')::int, 1),
    coalesce((subscription ->> 'max_attempts')::int, 10),
    core.acting_id())
  on conflict on constraint one_name_an_organization do nothing
  returning * into created;
  if created.id is null then
    perform core.raise_error(409, 'subscription_exists', 'There is a subscription of this name.',
      jsonb_build_object('name', btrim(subscription ->> 'name')));
  end if;
  insert into core.lanes (subscription_id, member, acked_tick_id, tick_id)
  select created.id, m.member, t.id, t.id
  from generate_series(0, created.members - 1) m (member), (select max(k.id) as id from core.ticks k) t;

  perform core.append_event(organization_id, 'subscription', created.id, 'subscription.created', core.subscription_event(created));
  perform core.audit(organization_id, 'subscription.create', 'subscription', created.id, null, to_jsonb(created));
  return core.keep(command, scope, idempotency_key, core.subscription_document(created));
end;
$$;
comment on function core.create_subscription(uuid, jsonb, text, text) is
  'Subscribes to events from now on. Only pull is for clients to call; webhooks are made with their endpoint.';

create function core.update_subscription(subscription_id uuid, changes jsonb) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  old_row public.subscriptions := core.subscription_for(subscription_id, 'subscriptions.manage');
  new_row public.subscriptions;
begin
  -- As when it was made: who reads no events has no others read.
  if changes ? 'types' then
    perform core.require(old_row.organization_id, 'events.read');
  end if;
  perform core.lock_stream(subscription_id);
  perform core.refuse_unknown_keys(changes, array['name', 'types', 'members', 'max_attempts']);
  perform core.check_subscription(changes);
  select s.* into old_row from public.subscriptions s where s.id = subscription_id;
  if (changes ->> 'members')::int <> old_row.members then
    perform core.change_members(old_row, (changes ->> 'members')::int);
  end if;
  begin
    update public.subscriptions s set
      name = coalesce(btrim(changes ->> 'name'), s.name),
      types = case when changes ? 'types' then array(select jsonb_array_elements_text(changes -> 'types')) else s.types end,
      members = coalesce((changes ->> 'members')::int, s.members),
      max_attempts = coalesce((changes ->> 'max_attempts')::int, s.max_attempts),
      updated_at = now()
    where s.id = subscription_id
    returning s.* into new_row;
  exception when unique_violation then
    perform core.raise_error(409, 'subscription_exists', 'There is a subscription of this name.',
      jsonb_build_object('name', btrim(changes ->> 'name')));
  end;
  if to_jsonb(new_row) - 'updated_at' <> to_jsonb(old_row) - 'updated_at' then
    perform core.append_event(new_row.organization_id, 'subscription', new_row.id, 'subscription.updated', core.subscription_event(new_row));
    perform core.audit(new_row.organization_id, 'subscription.update', 'subscription', new_row.id, to_jsonb(old_row), to_jsonb(new_row));
  end if;
  return core.subscription_document(new_row);
end;
$$;
comment on function core.update_subscription(uuid, jsonb) is
  'Changes what is given of a subscription; other types hold for what was not claimed yet.';
grant execute on function core.update_subscription(uuid, jsonb) to authenticated, service_role;

create function core.change_members(subscription public.subscriptions, members int) returns void
language plpgsql volatile
set search_path = ''
as $$
declare
  lane core.lanes;
  reading core.lane_reading;
  common core.ticks;
  from_tick core.ticks;
  to_tick core.ticks;
  parked int := 0;
begin
  perform from core.lanes l where l.subscription_id = subscription.id order by l.member for update;
  if exists (select from core.lanes l where l.subscription_id = subscription.id and l.leased_until > now()) then
    perform core.raise_error(409, 'subscription_leased', 'Pause the subscription, and wait for its claims to be acknowledged.',
      (select jsonb_build_object('leased_until', max(l.leased_until)) from core.lanes l where l.subscription_id = subscription.id));
  end if;
  select t.* into strict common from core.ticks t where t.id = (
    select max(coalesce(l.to_tick_id, l.tick_id)) from core.lanes l where l.subscription_id = subscription.id);

  -- Every lane is brought to the place of the foremost. What lies between comes first, in order, whoever gets it then.
  for lane in select l.* from core.lanes l where l.subscription_id = subscription.id order by l.member loop
    if lane.lease_token is not null then
      lane := core.take_back(lane, subscription);
    end if;
    perform core.park(lane, array(select e from core.events e where e.id = any (lane.pending)));
    parked := parked + cardinality(lane.pending);
    while lane.tick_id <> common.id loop
      select t.* into strict from_tick from core.ticks t where t.id = lane.tick_id;
      select t.* into strict to_tick from core.ticks t where t.id = coalesce(lane.to_tick_id, common.id);
      reading := case when lane.to_tick_id is null then core.begin_batch(lane, subscription, from_tick, to_tick, 1000)
        else core.continue_batch(lane, subscription, from_tick, to_tick, 1000) end;
      perform core.park(lane, reading.events);
      parked := parked + cardinality(reading.events);
      lane := reading.lane;
      if parked > 10000 then
        perform core.raise_error(409, 'lanes_apart', 'A member lags more than 10,000 events behind another. Let it catch up first.',
          jsonb_build_object('member', lane.member));
      end if;
    end loop;
  end loop;

  delete from core.lanes l where l.subscription_id = subscription.id;
  insert into core.lanes (subscription_id, member, acked_tick_id, tick_id)
  select subscription.id, m.member, common.id, common.id from generate_series(0, change_members.members - 1) m (member);
  update core.redeliveries r set member = core.member_of(r.aggregate_id, change_members.members)
  where r.subscription_id = subscription.id;
  perform core.unpark(subscription.id, array(
    select distinct r.aggregate_id from core.redeliveries r
    where r.subscription_id = subscription.id and r.dead_at is null and not r.replayed), false);
end;
$$;
comment on function core.change_members(public.subscriptions, int) is
  'Deals the aggregates anew among so many lanes. PT409 while a claim is out: its events would be with two members.';

-- standing -----------------------------------------------------------------------------------------------------------

create function core.set_subscription_status(subscription_id uuid, status text, reason text default null) returns public.subscriptions
language plpgsql volatile
set search_path = ''
as $$
declare
  old_row public.subscriptions;
  new_row public.subscriptions;
begin
  perform core.lock_stream(subscription_id);
  select s.* into old_row from public.subscriptions s where s.id = subscription_id;
  if old_row.status = set_subscription_status.status then
    return old_row;
  end if;
  update public.subscriptions s set
    status = set_subscription_status.status,
    status_reason = left(reason, 500),
    missed_from = case when set_subscription_status.status = 'active' then null else s.missed_from end,
    missed_to = case when set_subscription_status.status = 'active' then null else s.missed_to end,
    missed_events = case when set_subscription_status.status = 'active' then 0 else s.missed_events end,
    updated_at = now()
  where s.id = subscription_id
  returning s.* into new_row;
  perform core.append_event(new_row.organization_id, 'subscription', new_row.id,
    case new_row.status
      when 'active' then 'subscription.resumed'
      when 'paused' then 'subscription.paused'
      when 'disabled' then 'subscription.disabled'
      else 'subscription.fell_behind'
    end,
    core.subscription_event(new_row) || case when new_row.status = 'active'
      then jsonb_build_object('missed', core.subscription_document(old_row) -> 'missed') else '{}' end);
  perform core.audit(new_row.organization_id, 'subscription.' || new_row.status, 'subscription', new_row.id,
    to_jsonb(old_row), to_jsonb(new_row));
  return new_row;
end;
$$;
comment on function core.set_subscription_status(uuid, text, text) is
  'Moves a subscription to another status, with its event and entry; no check of the caller. Twice is once.';

create function core.pause_subscription(subscription_id uuid) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  subscription public.subscriptions := core.subscription_for(subscription_id, 'subscriptions.manage');
begin
  perform core.lock_stream(subscription_id);
  select s.* into subscription from public.subscriptions s where s.id = subscription_id;
  -- What the platform stopped stays so, with its reason.
  if subscription.status = 'active' then
    subscription := core.set_subscription_status(subscription_id, 'paused');
  end if;
  return core.subscription_document(subscription);
end;
$$;
comment on function core.pause_subscription(uuid) is 'Hands out nothing more; what is claimed may still be acknowledged.';
grant execute on function core.pause_subscription(uuid) to authenticated, service_role;

create function core.resume_subscription(subscription_id uuid) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  subscription public.subscriptions := core.subscription_for(subscription_id, 'subscriptions.manage');
  missed jsonb;
begin
  perform core.lock_stream(subscription_id);
  select s.* into subscription from public.subscriptions s where s.id = subscription_id;
  missed := core.subscription_document(subscription) -> 'missed';
  subscription := core.set_subscription_status(subscription_id, 'active');
  return core.subscription_document(subscription) || jsonb_build_object('missed', missed);
end;
$$;
comment on function core.resume_subscription(uuid) is
  'Delivers again from where it stopped. `missed`: what the log has forgotten in between, if it was behind.';
grant execute on function core.resume_subscription(uuid) to authenticated, service_role;

create function core.delete_subscription(subscription_id uuid) returns void
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  subscription public.subscriptions := core.subscription_for(subscription_id, 'subscriptions.manage');
begin
  perform core.lock_stream(subscription_id);
  perform from core.lanes l where l.subscription_id = delete_subscription.subscription_id order by l.member for update;
  delete from public.subscriptions s where s.id = subscription_id;
  if not found then
    perform core.raise_error(404, 'not_found', 'There is no such subscription.');
  end if;
  perform core.append_event(subscription.organization_id, 'subscription', subscription.id, 'subscription.deleted',
    core.subscription_event(subscription));
  perform core.audit(subscription.organization_id, 'subscription.delete', 'subscription', subscription.id, to_jsonb(subscription), null);
end;
$$;
comment on function core.delete_subscription(uuid) is 'Deletes a subscription and all that it had not delivered.';
grant execute on function core.delete_subscription(uuid) to authenticated, service_role;
