-- Jobs: one table, leased to workers.
--
--   ready --claim--> leased --complete--> done
--     ^                 |----fail-------> ready (later), or dead after max_attempts
--     '--lease expired--'

create table core.jobs (
  id bigint generated always as identity primary key,
  queue text not null references core.queues (name),
  kind text not null,
  payload jsonb not null default '{}',
  event_id uuid,
  traceparent text,
  status text not null default 'ready',
  run_at timestamptz not null default now(),
  attempts int not null default 0,
  max_attempts int not null default 10,
  lease_token uuid,
  leased_until timestamptz,
  last_error text,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  constraint one_job_an_event unique (queue, kind, event_id),
  constraint status_is_known check (status in ('ready', 'leased', 'done', 'dead')),
  constraint leased_has_a_lease check ((status = 'leased') = (lease_token is not null)),
  constraint lease_has_an_end check ((lease_token is null) = (leased_until is null)),
  constraint finished_has_a_time check ((status in ('done', 'dead')) = (finished_at is not null)),
  constraint attempts_are_counted check (attempts between 0 and max_attempts),
  constraint leased_was_attempted check (status <> 'leased' or attempts > 0)
) with (
  fillfactor = 80,
  -- jobs live for seconds: the dead entries before the earliest due one are what every claim walks over
  autovacuum_vacuum_scale_factor = 0.01,
  autovacuum_vacuum_threshold = 1000
);
comment on table core.jobs is 'Work to be done at least once by an Edge Function. Handlers are idempotent by event_id.';
comment on column core.jobs.event_id is
  'The event this came from: one job an event, queue and kind. Null for work that was enqueued.';
comment on column core.jobs.traceparent is 'W3C trace context of the event or request that led to it; the job''s span continues it.';
comment on column core.jobs.run_at is 'Not before this moment.';
comment on column core.jobs.attempts is 'Counted at claim, so that a job which kills its worker dies too.';
comment on column core.jobs.lease_token is 'What complete, fail and extend must show: one a claim.';

-- One order for what may be claimed: ready since run_at, or abandoned since the end of its lease.
create index jobs_due_idx on core.jobs (queue, coalesce(leased_until, run_at)) where finished_at is null;
create index jobs_finished_idx on core.jobs (finished_at) where finished_at is not null;
-- Counted by each scrape and each health check, and rare.
create index jobs_dead_idx on core.jobs (queue, finished_at) where status = 'dead';
alter table core.jobs enable row level security;
