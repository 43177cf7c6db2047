-- Walk-in queues, tables: queues, ticket types, counters, tickets, the days' statistics, what was learnt of waits.
-- One lock orders everything in a queue: its stream's head. Each change publishes one board of the whole line, so two
-- changes at once would have to see each other anyway; a change holds the lock for some milliseconds.

create table public.queues (
  id uuid primary key default core.uuid_v7(),
  organization_id uuid not null references public.organizations (id) on delete cascade,
  location_id uuid references public.locations (id),
  name text not null,
  prefix text not null default '',
  time_zone text not null,
  status text not null default 'open',
  active boolean not null default true,
  order_by text[] not null default '{priority,appointment_time,arrival}',
  appointment_early_minutes integer not null default 15,
  appointment_late_minutes integer not null default 15,
  takes_appointments boolean not null default false,
  remote_join boolean not null default false,
  remote_must_arrive boolean not null default true,
  reopen_minutes integer not null default 15,
  day_starts_at time not null default '00:00',
  maximum_length integer not null default 500,
  numbered_on date,
  last_number integer not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint has_a_name check (length(trim(name)) between 1 and 200),
  constraint prefix_is_a_few_letters check (prefix ~ '^[A-Z]{0,3}$'),
  constraint known_time_zone check (core.is_time_zone(time_zone)),
  constraint known_status check (status in ('open', 'paused', 'closed')),
  constraint order_is_of_known_keys check (
    order_by <@ '{priority,appointment_time,arrival}' and cardinality(order_by) between 1 and 3),
  constraint minutes_are_a_day_at_most check (appointment_early_minutes between 0 and 1440
    and appointment_late_minutes between 0 and 1440 and reopen_minutes between 0 and 1440),
  constraint starts_within_the_day check (day_starts_at < time '24:00'),
  constraint length_in_reason check (maximum_length between 1 and 2000)
);
comment on table public.queues is
  'Lines in which people wait to be served. Strangers see those they may join; the board of any is for whoever has its id.';
comment on column public.queues.location_id is 'Where it stands; null for an organization with one place only.';
comment on column public.queues.prefix is 'Letters before its numbers: A012. Two queues of a location have different ones.';
comment on column public.queues.time_zone is 'IANA name, that of the location: numbers restart with its day.';
comment on column public.queues.status is 'open; paused: nobody joins, those in line are served; closed: nobody joins and nobody is called.';
comment on column public.queues.order_by is
  'Who is called first, by these keys in turn: priority (greater first), appointment_time (appointments whose time has come before everyone else, by their time), arrival. What they leave undecided is decided by number.';
comment on column public.queues.appointment_early_minutes is
  'So long before its start an appointment''s time has come; until then its holder stands in line as a walk-in does.';
comment on column public.queues.appointment_late_minutes is
  'Who checks in later than this after the start stands in line as a walk-in does.';
comment on column public.queues.takes_appointments is 'Whether appointments that are checked in at its location stand in this line when no ticket type is for their service.';
comment on column public.queues.remote_join is 'Whether customers and guests may join by themselves, from wherever they are.';
comment on column public.queues.remote_must_arrive is 'Whether who joined from afar is called only once they have said that they are here. They keep their place.';
comment on column public.queues.reopen_minutes is
  'A ticket reopened within this time of its call keeps its place; later it goes to the end of the line.';
comment on column public.queues.maximum_length is 'How many may wait; appointments that are checked in are let in beyond it.';
comment on column public.queues.day_starts_at is
  'When its day begins: numbers restart, and whoever still waits from the day before has left. Not midnight where people wait at night.';
comment on column public.queues.numbered_on is 'The day of last_number, in the queue''s zone.';
create index queues_organization on public.queues (organization_id);
create index queues_location on public.queues (location_id);
create unique index queues_tell_their_numbers_apart on public.queues (organization_id, location_id, prefix) nulls not distinct where active;
create unique index queues_one_takes_appointments on public.queues (organization_id, location_id) nulls not distinct
  where takes_appointments and active;

create table public.ticket_types (
  id uuid primary key default core.uuid_v7(),
  queue_id uuid not null references public.queues (id) on delete cascade,
  organization_id uuid not null references public.organizations (id) on delete cascade,
  name text not null,
  expected_minutes numeric(6, 2) not null default 10,
  service_id uuid references public.services (id) on delete set null,
  active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (queue_id, id),
  constraint has_a_name check (length(trim(name)) between 1 and 200),
  constraint expected_within_a_day check (expected_minutes between 0.1 and 1440)
);
comment on table public.ticket_types is 'What people come for. Read by whoever may join.';
comment on column public.ticket_types.expected_minutes is 'How long serving takes: what is assumed until enough has been seen.';
comment on column public.ticket_types.service_id is 'Appointments of this service, once checked in, stand in line with a ticket of this type.';
create index ticket_types_organization on public.ticket_types (organization_id);
create index ticket_types_service on public.ticket_types (service_id);

create table public.queue_counters (
  id uuid primary key default core.uuid_v7(),
  queue_id uuid not null references public.queues (id) on delete cascade,
  organization_id uuid not null references public.organizations (id) on delete cascade,
  name text not null,
  resource_id uuid references public.resources (id) on delete set null,
  status text not null default 'closed',
  ticket_type_ids uuid[],
  active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (queue_id, id),
  constraint has_a_name check (length(trim(name)) between 1 and 100),
  constraint known_status check (status in ('open', 'paused', 'closed')),
  constraint serves_something check (cardinality(ticket_type_ids) between 1 and 100),
  constraint retired_is_closed check (active or status = 'closed')
);
comment on table public.queue_counters is 'Desks at which people are served: the servers of a queue.';
comment on column public.queue_counters.resource_id is 'Who serves there now: the staff member whose service times are learnt.';
comment on column public.queue_counters.status is 'open: calls; paused or closed: finishes whom it serves and calls nobody.';
comment on column public.queue_counters.ticket_type_ids is 'The types it serves; null: all.';
create index queue_counters_organization on public.queue_counters (organization_id);
create index queue_counters_resource on public.queue_counters (resource_id);

-- Called once: from waiting alone, and back only by a return, a transfer or a reopening, each with its event.
create function appointments.ticket_may_become(previous_status text, status text)
returns boolean
language plpgsql immutable set search_path = '' as $$
begin
  return case status
    when 'waiting' then previous_status is null or previous_status in ('waiting', 'called', 'serving', 'no_show', 'left')
    when 'called' then previous_status in ('waiting', 'called')
    when 'serving' then previous_status = 'called'
    when 'done' then previous_status = 'serving'
    when 'no_show' then previous_status = 'called'
    when 'left' then previous_status in ('waiting', 'called')
    else false
  end;
end $$;
comment on function appointments.ticket_may_become(text, text) is
  'The state machine of tickets. waiting to waiting is a transfer or a change in line, called to called a recall.';

create table public.tickets (
  id uuid primary key default core.uuid_v7(),
  organization_id uuid not null references public.organizations (id) on delete cascade,
  queue_id uuid not null references public.queues (id) on delete cascade,
  ticket_type_id uuid not null,
  issued_by uuid not null references public.queues (id) on delete cascade,
  day date not null,
  number integer not null,
  label text not null,
  status text not null,
  previous_status text,
  priority integer not null default 0,
  customer_id uuid references public.profiles (id) on delete set null,
  guest_name text,
  guest_phone text,
  appointment_id uuid,
  appointment_at timestamptz,
  remote boolean not null default false,
  arrived_at timestamptz,
  joined_at timestamptz not null default now(),
  entered_at timestamptz not null default now(),
  ranked_at timestamptz not null default now(),
  passed_over_at timestamptz,
  called_at timestamptz,
  recalls integer not null default 0,
  started_at timestamptz,
  ended_at timestamptz,
  counter_id uuid,
  resource_id uuid references public.resources (id) on delete set null,
  notes text,
  reason text,
  promised_p50 double precision,
  promised_p80 double precision,
  promised_model double precision,
  promised_last double precision,
  topic_key text not null default encode(extensions.gen_random_bytes(12), 'hex'),
  version bigint not null default 1,
  updated_at timestamptz not null default now(),
  constraint a_number_once_a_day unique (issued_by, day, number),
  foreign key (queue_id, ticket_type_id) references public.ticket_types (queue_id, id),
  foreign key (queue_id, counter_id) references public.queue_counters (queue_id, id),
  constraint priority_in_reason check (priority between 0 and 9),
  constraint guest_fields_are_short check (length(guest_name) <= 200 and length(guest_phone) <= 40),
  constraint is_for_a_customer_or_a_guest check (customer_id is null or guest_name is null),
  constraint notes_are_short check (length(notes) <= 2000 and length(reason) <= 500),
  constraint appointment_has_its_time check ((appointment_id is null) = (appointment_at is null)),
  constraint waits_at_no_counter check (status <> 'waiting' or (counter_id is null and called_at is null)),
  constraint called_to_a_counter check (status not in ('called', 'serving') or (counter_id is not null and called_at is not null)),
  constraint served_since check ((status in ('serving', 'done')) = (started_at is not null)),
  constraint over_when_ended check ((status in ('done', 'no_show', 'left')) = (ended_at is not null)),
  constraint allowed_transition check (appointments.ticket_may_become(previous_status, status))
);
comment on table public.tickets is
  'Places in line. Customers read their own, members with appointments.read their organization''s; the board shows label and waits only.';
comment on column public.tickets.issued_by is 'The queue that gave the number; a transferred ticket keeps it.';
comment on column public.tickets.guest_name is 'Someone without an account; name and phone are forgotten after 30 days.';
comment on column public.tickets.day is 'The day of the number, in the queue''s zone.';
comment on column public.tickets.label is 'What is called out and shown: prefix and number.';
comment on column public.tickets.priority is '0 to 9, greater first where the queue''s order asks for it. Given by staff only.';
comment on column public.tickets.appointment_id is 'No foreign key: appointments are partitioned by their start, which changes when they are moved. None is ever deleted.';
comment on column public.tickets.appointment_at is 'The start of the appointment that stands in line with this ticket; fixed at check-in.';
comment on column public.tickets.arrived_at is 'Since when they are known to be here; null: joined from afar and not yet arrived.';
comment on column public.tickets.entered_at is 'Since when they wait in this line, for this call: the wait is counted from here.';
comment on column public.tickets.ranked_at is 'The arrival by which the line is ordered. A transfer and a reopening in time keep it.';
comment on column public.tickets.passed_over_at is 'When a call first went past them because they were not here.';
comment on column public.tickets.previous_status is 'The state before this one; kept by a trigger, so that the constraint sees each move.';
comment on column public.tickets.promised_p50 is 'Minutes of wait told when they entered this line: half of such waits are shorter.';
comment on column public.tickets.promised_model is 'The estimate behind the promise before calibration, in minutes; what is learnt from is the difference.';
comment on column public.tickets.topic_key is 'Lets who knows it join the Realtime topic ticket:<id>:<key>, signed in or not.';
comment on column public.tickets.version is 'Counts the changes; send it as expected_version to change only what you have seen.';
create index tickets_in_line on public.tickets (queue_id) where status in ('waiting', 'called', 'serving');
create unique index tickets_one_at_a_counter on public.tickets (counter_id) where status in ('called', 'serving');
create unique index tickets_one_an_appointment on public.tickets (appointment_id) where appointment_id is not null;
create unique index tickets_one_a_customer_in_line on public.tickets (queue_id, customer_id) where status in ('waiting', 'called', 'serving');
create index tickets_day on public.tickets (queue_id, day);
create index tickets_organization on public.tickets (organization_id, joined_at);
create index tickets_customer on public.tickets (customer_id, joined_at);
create index tickets_of_guests on public.tickets (joined_at) where guest_name is not null;
create index tickets_changed on public.tickets (updated_at);
create index tickets_type on public.tickets (queue_id, ticket_type_id);
create index tickets_counter on public.tickets (queue_id, counter_id);
create index tickets_resource on public.tickets (resource_id);

create trigger tickets_keep_previous_status before update of status on public.tickets
  for each row execute function appointments.keep_previous_status();

-- What a ticket leaves behind in a line that it is transferred from: its wait and service count there.
create table appointments.ticket_stages (
  id uuid primary key default core.uuid_v7(),
  ticket_id uuid not null references public.tickets (id) on delete cascade,
  queue_id uuid not null references public.queues (id) on delete cascade,
  day date not null,
  entered_at timestamptz not null,
  called_at timestamptz,
  started_at timestamptz,
  ended_at timestamptz not null,
  promised_p50 double precision,
  promised_p80 double precision
);
comment on table appointments.ticket_stages is 'Times of transferred tickets in the lines they were in before.';
create index ticket_stages_ticket on appointments.ticket_stages (ticket_id);
create index ticket_stages_day on appointments.ticket_stages (queue_id, day);

create table public.queue_days (
  queue_id uuid not null references public.queues (id) on delete cascade,
  day date not null,
  organization_id uuid not null references public.organizations (id) on delete cascade,
  joined integer not null default 0,
  served integer not null default 0,
  no_show integer not null default 0,
  left_line integer not null default 0,
  transferred integer not null default 0,
  mean_wait_minutes numeric(8, 2),
  p50_wait_minutes numeric(8, 2),
  p80_wait_minutes numeric(8, 2),
  mean_service_minutes numeric(8, 2),
  estimate_error_minutes numeric(8, 2),
  within_p80 numeric(4, 3),
  refreshed_at timestamptz not null default now(),
  primary key (queue_id, day)
);
comment on table public.queue_days is
  'A day of a queue in figures, in its zone: recounted each quarter of an hour and when the day is closed.';
comment on column public.queue_days.transferred is 'Tickets that went on to another queue, or to another type of this one.';
comment on column public.queue_days.mean_wait_minutes is 'From entering the line to being called, of those who were called.';
comment on column public.queue_days.estimate_error_minutes is 'Mean absolute difference between the wait and the P50 told at entering.';
comment on column public.queue_days.within_p80 is 'Share of waits not longer than the P80 told at entering; 0.8 when the promise is kept.';
create index queue_days_organization on public.queue_days (organization_id, day);

create table appointments.service_times (
  queue_id uuid not null references public.queues (id) on delete cascade,
  ticket_type_id uuid not null,
  resource_id uuid not null,
  observations integer not null default 0,
  mean double precision not null,
  mean_square double precision not null,
  primary key (queue_id, ticket_type_id, resource_id)
);
comment on table appointments.service_times is
  'Exponentially weighted means of service times in minutes, of a type by a staff member and of the type alone (resource nil).';

create table appointments.queue_learning (
  queue_id uuid primary key references public.queues (id) on delete cascade,
  leavers double precision not null default 0,
  minutes_waited double precision not null default 0,
  waits integer not null default 0,
  last_wait double precision,
  log_p50 double precision not null default 0,
  log_p80 double precision not null default 0,
  model_error double precision not null default 0,
  last_error double precision not null default 0
);
comment on table appointments.queue_learning is 'What a queue has learnt of its waits: chance to leave, calibration, errors of both predictors.';

create table appointments.queue_boards (
  queue_id uuid primary key references public.queues (id) on delete cascade,
  version bigint not null default 0,
  line jsonb not null default '{}',
  board jsonb not null default '{}',
  published_at timestamptz not null default now()
);
comment on table appointments.queue_boards is
  'What was last published: the board as anyone reads it, and position and wait by ticket, so that only those are told whose position or wait has changed.';

alter table public.queues enable row level security;
alter table public.ticket_types enable row level security;
alter table public.queue_counters enable row level security;
alter table public.tickets enable row level security;
alter table public.queue_days enable row level security;
alter table appointments.ticket_stages enable row level security;
alter table appointments.service_times enable row level security;
alter table appointments.queue_learning enable row level security;
alter table appointments.queue_boards enable row level security;
grant select on public.queues, public.ticket_types to anon, authenticated, service_role;
grant select on public.queue_counters, public.tickets, public.queue_days to authenticated, service_role;

create policy "anyone sees the queues they may join" on public.queues
  for select to anon using (active and remote_join);
create policy "users see the queues they may join and their organization's" on public.queues
  for select to authenticated using ((active and remote_join) or organization_id = any (array(select core.my_organization_ids())));
create policy "anyone sees the ticket types of the queues they may join" on public.ticket_types
  for select to anon using (active and queue_id in (select q.id from public.queues q));
create policy "users see the ticket types of the queues they see" on public.ticket_types
  for select to authenticated using (queue_id in (select q.id from public.queues q));
create policy "members read their organization's counters" on public.queue_counters
  for select to authenticated using (organization_id in (select core.my_organization_ids('resources.read')));
create policy "customers and members read tickets that concern them" on public.tickets
  for select to authenticated using (
    customer_id = (select auth.uid()) or organization_id = any (array(select core.my_organization_ids('appointments.read'))));
create policy "members read their organization's days of queues" on public.queue_days
  for select to authenticated using (organization_id in (select core.my_organization_ids('statistics.read')));

insert into core.aggregate_types (aggregate_type, domain) values ('queue', 'appointments'), ('ticket', 'appointments');
