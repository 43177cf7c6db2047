-- Appointments, boards: what everyone in line is told at each change; the day's close and its statistics.
--
-- Realtime topics for screens without an account: queue:<id> carries the whole board (labels, positions, waits; no names),
-- ticket:<id>:<key> what changed for one ticket. The key is random and known to its holder and the desk: a guest with a
-- link cannot sign in to Realtime. Both are private channels that anyone, or who knows the key, may join: on a public
-- one every client could send, and a forged board would call people to the wrong counter.

create function appointments.open_counters(queue_id uuid)
returns integer
language plpgsql stable set search_path = '' as $$
begin
  return (select count(*) from public.queue_counters c where c.queue_id = open_counters.queue_id and c.status = 'open');
end $$;
comment on function appointments.open_counters(uuid) is 'How many counters of a queue are open: the servers of the estimate.';

create type appointments.place_in_line as (
  ticket_id uuid, label text, topic text, status text, position integer, unpromised boolean, wait appointments.wait);
comment on type appointments.place_in_line is
  'Someone in line, with their position and wait; unpromised: new in it, so that what they are told now is what they were promised.';

create function appointments.places(queue public.queues)
returns setof appointments.place_in_line
language plpgsql stable set search_path = '' as $$
declare
  waiting public.tickets[] := array(select t from appointments.line(queue) t);
  served uuid[];
  serves_all boolean;
begin
  select coalesce(bool_or(c.ticket_type_ids is null), false), array_agg(distinct i.id) filter (where i.id is not null)
    into serves_all, served
  from public.queue_counters c left join unnest(c.ticket_type_ids) i(id) on true
  where c.queue_id = queue.id and c.status = 'open';
  return query
  select t.id, t.label, format('ticket:%s:%s', t.id, t.topic_key), t.status, w.place::integer,
    t.promised_model is null and t.entered_at > now() - interval '1 minute',
    case when serves_all or t.ticket_type_id = any (served) then row(w.model, w.last, w.p50, w.p80)::appointments.wait end
  from unnest(waiting) with ordinality as t
  join appointments.line_waits(queue.id,
    array(select u.ticket_type_id from unnest(waiting) u), array(select extract(epoch from now() - u.entered_at) / 60 from unnest(waiting) u),
    array(select b.ticket_type_id from public.tickets b where b.queue_id = queue.id and b.status in ('called', 'serving') order by b.id),
    array(select b.resource_id from public.tickets b where b.queue_id = queue.id and b.status in ('called', 'serving') order by b.id),
    appointments.open_counters(queue.id)) with ordinality as w(model, last, p50, p80, place) on w.place = t.ordinality
  order by w.place;
end $$;
comment on function appointments.places(public.queues) is
  'Everyone who waits, in order, with the estimate of what is left of their wait; null for types that no open counter serves.';

create function appointments.tell_ticket(topic text, type text, ticket jsonb)
returns void
language plpgsql set search_path = '' as $$
begin
  perform realtime.send(ticket, type, topic, true);
end $$;
comment on function appointments.tell_ticket(text, text, jsonb) is 'A message on the ticket''s own topic: label, status, position, waits, counter; no names of people.';

create function appointments.board_head(queue public.queues)
returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return jsonb_build_object('queue_id', queue.id, 'name', queue.name, 'status', queue.status,
    'called', (select coalesce(jsonb_agg(jsonb_build_object('label', t.label, 'counter', c.name, 'status', t.status, 'recalls', t.recalls)
        order by t.called_at desc, t.label), '[]')
      from public.tickets t join public.queue_counters c on c.id = t.counter_id
      where t.queue_id = queue.id and t.status in ('called', 'serving')),
    'based_on', (select jsonb_build_object('open_counters', appointments.open_counters(queue.id),
        'services_seen', (select coalesce(sum(s.observations), 0) from appointments.service_times s
          where s.queue_id = queue.id and s.resource_id = core.nil_uuid()),
        'waits_seen', l.waits, 'last_wait_minutes', round(l.last_wait::numeric, 1),
        'share_of_last_wait', round(appointments.share_of_last(l)::numeric, 2),
        'leaving_per_hour', round((60 * l.leavers / (l.minutes_waited + 30))::numeric, 3))
      from appointments.queue_learning l where l.queue_id = queue.id));
end $$;
comment on function appointments.board_head(public.queues) is 'The board without its line: who is called where, and what the waits are based on.';

-- Waits are told in whole minutes: a ticket hears of it when its position or one of them changes, the board always.
create function appointments.publish(queue_id uuid, changed public.tickets)
returns void
language plpgsql security definer set search_path = '' as $$
declare
  queue public.queues;
  before jsonb;
  told jsonb;
  line jsonb;
  moved jsonb[];
  new_ones appointments.place_in_line[];
  place appointments.place_in_line;
  message jsonb;
  head jsonb;
  new_version bigint;
begin
  select * into queue from public.queues q where q.id = publish.queue_id;
  select b.line, b.version + 1 into before, new_version from appointments.queue_boards b where b.queue_id = queue.id for update;
  -- One pass over the line: taking the stored board apart ticket by ticket is quadratic (400 in line: 39 ms against 13).
  select coalesce(jsonb_object_agg(p.ticket_id, p.entry), '{}'),
    coalesce(jsonb_agg(jsonb_build_object('label', p.label, 'position', p.position, 'p50_minutes', p.entry -> 1,
      'p80_minutes', p.entry -> 2) order by p.position), '[]'),
    array_agg(jsonb_build_object('topic', p.topic, 'id', p.ticket_id, 'label', p.label, 'status', p.status, 'position', p.position,
      'p50_minutes', p.entry -> 1, 'p80_minutes', p.entry -> 2)) filter (where was.value is distinct from p.entry),
    array_agg(p.place) filter (where p.unpromised and (p.wait).model is not null)
    into told, line, moved, new_ones
  from (select x as place, x.*, jsonb_build_array(x.position, round((x.wait).p50), ceil((x.wait).p80)) as entry
    from appointments.places(queue) x) p
  left join jsonb_each(before) was on was.key = p.ticket_id::text;
  foreach place in array coalesce(new_ones, '{}') loop
    update public.tickets t set promised_p50 = (place.wait).p50, promised_p80 = (place.wait).p80,
      promised_model = (place.wait).model, promised_last = (place.wait).last
    where t.id = place.ticket_id;
  end loop;
  foreach message in array coalesce(moved, '{}') loop
    perform appointments.tell_ticket(message ->> 'topic', 'ticket.position', message - 'topic');
  end loop;
  if changed.id is not null and changed.status <> 'waiting' then
    perform appointments.tell_ticket(format('ticket:%s:%s', changed.id, changed.topic_key), 'ticket.' || changed.status,
      jsonb_build_object('id', changed.id, 'label', changed.label, 'status', changed.status, 'position', null,
        'counter', (select c.name from public.queue_counters c where c.id = changed.counter_id), 'recalls', changed.recalls));
  end if;
  head := appointments.board_head(queue) || jsonb_build_object('version', new_version, 'published_at', now(),
    'waiting', jsonb_array_length(line), 'line', line);
  update appointments.queue_boards b set version = new_version, line = told, board = head, published_at = now() where b.queue_id = queue.id;
  perform realtime.send(head, 'board', 'queue:' || queue.id, true);
end $$;
comment on function appointments.publish(uuid, public.tickets) is
  'Estimates the line anew under the queue''s lock, keeps what was promised to those who are new in it, and tells the board and each ticket whose position or wait has changed.';

create function appointments.board(queue_id uuid)
returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  published jsonb;
begin
  select b.board into published from appointments.queue_boards b join public.queues q on q.id = b.queue_id
  where b.queue_id = board.queue_id and (q.active or core.is_member_or_service(q.organization_id));
  if published is null then
    perform core.raise_error(404, 'not_found', 'There is no such queue.');
  end if;
  return published;
end $$;
grant execute on function appointments.board(uuid) to anon, authenticated, service_role;
comment on function appointments.board(uuid) is 'See public.get_queue_board.';

-- the day ------------------------------------------------------------------------------------------------------------

-- By when they entered this line: the day of a number is that of the queue that gave it, which may begin at another time.
-- The appointment of who is still being served is left alone: its lock comes before the queue's, which is held here.
create function appointments.empty_line(queue public.queues, before_day date)
returns integer
language plpgsql set search_path = '' as $$
declare
  before public.tickets;
  ticket public.tickets;
  emptied integer := 0;
begin
  for before in select * from public.tickets t
    where t.queue_id = queue.id and t.status in ('waiting', 'called', 'serving') and appointments.day_of(queue, t.entered_at) < before_day order by t.id loop
    if before.status = 'serving' then
      update public.tickets t set status = 'done', ended_at = now(), reason = 'day closed', version = t.version + 1, updated_at = now()
      where t.id = before.id returning * into ticket;
      perform appointments.record_ticket(ticket, before, 'ticket.done', '{"day_closed": true}');
    else
      ticket := appointments.take_out(before, 'day closed');
    end if;
    perform appointments.publish_end(ticket);
    emptied := emptied + 1;
  end loop;
  update appointments.queue_learning l set last_wait = null where l.queue_id = queue.id and emptied > 0;
  return emptied;
end $$;
comment on function appointments.empty_line(public.queues, date) is
  'Ends the tickets of earlier days: who waits or was called has left, who was being served is done. Their times are not learnt.';

create function appointments.publish_end(ticket public.tickets)
returns void
language plpgsql set search_path = '' as $$
begin
  perform appointments.tell_ticket(format('ticket:%s:%s', ticket.id, ticket.topic_key), 'ticket.' || ticket.status,
    jsonb_build_object('id', ticket.id, 'label', ticket.label, 'status', ticket.status, 'position', null, 'reason', ticket.reason));
end $$;
comment on function appointments.publish_end(public.tickets) is 'Tells a ticket that its day is over.';

create function appointments.refresh_queue_day(queue_id uuid, day date)
returns void
language plpgsql security definer set search_path = '' as $$
begin
  insert into public.queue_days as d (queue_id, day, organization_id, joined, served, no_show, left_line, transferred,
    mean_wait_minutes, p50_wait_minutes, p80_wait_minutes, mean_service_minutes, estimate_error_minutes, within_p80)
  with times as (
    select t.entered_at, t.called_at, t.started_at, case when t.reason is null then t.ended_at end as ended_at, t.promised_p50, t.promised_p80
    from public.tickets t where t.queue_id = refresh_queue_day.queue_id and t.day = refresh_queue_day.day
    union all
    select s.entered_at, s.called_at, s.started_at, s.ended_at, s.promised_p50, s.promised_p80
    from appointments.ticket_stages s where s.queue_id = refresh_queue_day.queue_id and s.day = refresh_queue_day.day
  ), minutes as (
    select extract(epoch from x.called_at - x.entered_at) / 60 as wait, x.promised_p50, x.promised_p80,
      case when x.started_at is not null then extract(epoch from x.ended_at - x.started_at) / 60 end as service
    from times x
  ), figures as (
    select avg(m.wait) as mean_wait, percentile_cont(0.5) within group (order by m.wait) as p50,
      percentile_cont(0.8) within group (order by m.wait) as p80, avg(m.service) as mean_service,
      avg(abs(m.wait - m.promised_p50)) as error,
      avg((m.wait <= m.promised_p80)::integer) filter (where m.wait is not null and m.promised_p80 is not null) as within
    from minutes m
  )
  select q.id, refresh_queue_day.day, q.organization_id,
    (select count(*) from public.tickets t where t.issued_by = q.id and t.day = refresh_queue_day.day),
    count(t.id) filter (where t.status = 'done'), count(t.id) filter (where t.status = 'no_show'),
    count(t.id) filter (where t.status = 'left'),
    (select count(*) from appointments.ticket_stages s where s.queue_id = q.id and s.day = refresh_queue_day.day),
    f.mean_wait, f.p50, f.p80, f.mean_service, f.error, f.within
  from public.queues q cross join figures f
  left join public.tickets t on t.queue_id = q.id and t.day = refresh_queue_day.day
  where q.id = refresh_queue_day.queue_id
  group by q.id, f.mean_wait, f.p50, f.p80, f.mean_service, f.error, f.within
  on conflict on constraint queue_days_pkey do update set joined = excluded.joined, served = excluded.served, no_show = excluded.no_show,
    left_line = excluded.left_line, transferred = excluded.transferred, mean_wait_minutes = excluded.mean_wait_minutes,
    p50_wait_minutes = excluded.p50_wait_minutes, p80_wait_minutes = excluded.p80_wait_minutes,
    mean_service_minutes = excluded.mean_service_minutes, estimate_error_minutes = excluded.estimate_error_minutes,
    within_p80 = excluded.within_p80, refreshed_at = now();
end $$;
comment on function appointments.refresh_queue_day(uuid, date) is 'Recounts a day of a queue from its tickets.';

-- Queue by queue, and only those that nobody is changing at this moment: a change publishes by itself.
create function appointments.refresh_boards()
returns integer
language plpgsql set search_path = '' as $$
declare
  queue public.queues;
  refreshed integer := 0;
begin
  for queue in select q.* from public.queues q
    where q.id in (select t.queue_id from public.tickets t where t.status in ('waiting', 'called', 'serving')) order by q.id loop
    perform from core.streams s where s.aggregate_id = queue.id for update skip locked;
    continue when not found;
    perform appointments.empty_line(queue, appointments.today(queue));
    perform appointments.publish(queue.id, null);
    refreshed := refreshed + 1;
  end loop;
  return refreshed;
end $$;
comment on function appointments.refresh_boards() is
  'Each minute: closes the day where midnight has passed, and tells waits anew, which shrink while nothing happens.';

create function appointments.refresh_queue_days()
returns void
language sql set search_path = '' as $$
  select appointments.refresh_queue_day(t.queue_id, t.day)
  from (select distinct x.queue_id, x.day from (
    select y.queue_id, y.day from public.tickets y where y.updated_at > now() - interval '20 minutes'
    union all select s.queue_id, s.day from appointments.ticket_stages s where s.ended_at > now() - interval '20 minutes') x) t
$$;
comment on function appointments.refresh_queue_days() is 'Recounts the days in which a ticket changed in the last twenty minutes.';

create function appointments.forget_ticket_guests()
returns void
language sql set search_path = '' as $$
  update public.tickets t set guest_name = null, guest_phone = null
  where t.guest_name is not null and t.joined_at < now() - interval '30 days'
$$;
comment on function appointments.forget_ticket_guests() is 'Forgets who the guests of tickets were, 30 days later; the figures need no names.';

create function appointments.may_listen_to_line(topic text)
returns boolean
language plpgsql stable security definer set search_path = '' as $$
declare
  part text[] := string_to_array(topic, ':');
  subject uuid := core.uuid_or_null(part[2]);
begin
  -- A topic is whatever the client wrote: one of another shape is nobody's, not an error.
  return case
    when subject is null or cardinality(part) > 3 then false
    when part[1] = 'queue' and cardinality(part) = 2 then exists (select from public.queues q where q.id = subject and q.active)
    when part[1] = 'ticket' then exists (
      select from public.tickets t
      where t.id = subject and case cardinality(part) when 3 then t.topic_key = part[3]
        else t.customer_id = auth.uid() or core.has_permission(t.organization_id, 'appointments.read') end)
    else false
  end;
end $$;
grant execute on function appointments.may_listen_to_line(text) to anon, authenticated;
comment on function appointments.may_listen_to_line(text) is
  'Whether anyone at all may listen to a topic queue:<id>, who knows the key to ticket:<id>:<key>, or the caller to the hints of ticket:<id>.';

create policy "anyone hears a board, and who has a ticket of it" on realtime.messages
  for select to anon, authenticated using (extension = 'broadcast' and (select appointments.may_listen_to_line((select realtime.topic()))));

select cron.schedule('appointments-boards', '* * * * *', $$select appointments.refresh_boards()$$);
select cron.schedule('appointments-ticket-guests', '41 3 * * *', $$select appointments.forget_ticket_guests()$$);
select cron.schedule('appointments-queue-days', '*/15 * * * *', $$select appointments.refresh_queue_days()$$);
