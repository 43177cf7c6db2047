-- Sagas: work across domains that is done as a whole or undone as a whole. The state is these rows; the steps
-- themselves are TypeScript (shared/sagas/), advanced by jobs of kind advance_saga.
--
--   running --last step done--> done
--      |--step failed, cancelled--> compensating --all undone--> undone
--      '--------------> parked <-------'  (a person resumes it: back to where it was)

create function core.saga_may_become(before text, after text) returns boolean
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return case
    when before is null then after = 'running'
    when before = 'running' then after in ('compensating', 'done', 'parked')
    when before = 'compensating' then after in ('undone', 'parked')
    when before = 'parked' then after in ('running', 'compensating')
    else false
  end;
end;
$$;
comment on function core.saga_may_become(text, text) is 'The moves of a saga: what is done or undone stays so.';

create table core.sagas (
  id uuid primary key default core.uuid_v7(),
  organization_id uuid references public.organizations (id) on delete cascade,
  name text not null,
  version int,
  queue text not null references core.queues (name),
  status text not null default 'running',
  previous_status text,
  input jsonb not null default '{}',
  subject_type text,
  subject_id uuid,
  permission text references public.permissions (name),
  created_by uuid references public.profiles (id) on delete set null,
  caller text not null,
  idempotency_key text,
  step_count int,
  current_step int,
  turn bigint not null default 1,
  job_id bigint,
  run_at timestamptz not null default now(),
  lease_token uuid,
  leased_until timestamptz,
  cancelled_at timestamptz,
  error jsonb,
  correlation_id uuid not null,
  traceparent text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  finished_at timestamptz,
  constraint name_is_a_word check (name ~ '^[a-z][a-z0-9_]{0,59}$'),
  constraint status_is_known check (status in ('running', 'compensating', 'done', 'undone', 'parked')),
  constraint allowed_transition check (core.saga_may_become(previous_status, status)),
  constraint finished_has_a_time check ((status in ('done', 'undone')) = (finished_at is not null)),
  constraint version_and_steps_are_planned_together check ((version is null) = (step_count is null)),
  constraint done_was_planned check (status <> 'done' or step_count is not null),
  constraint at_a_step_until_it_is_over check ((current_step is null) = (step_count is null or finished_at is not null)),
  constraint step_is_one_of_its_own check (current_step between 1 and step_count),
  constraint lease_has_an_end check ((lease_token is null) = (leased_until is null)),
  constraint leased_while_under_way check (lease_token is null or status in ('running', 'compensating')),
  constraint undone_for_a_reason check (status not in ('compensating', 'undone', 'parked') or error is not null),
  constraint input_is_small_object check (jsonb_typeof(input) = 'object' and pg_column_size(input) <= 65536),
  constraint subject_is_whole check ((subject_type is null) = (subject_id is null)),
  constraint key_is_short check (length(idempotency_key) between 1 and 200)
);
comment on table core.sagas is
  'Work across domains, step by step. In the end all is done or all undone, or it is parked for a person.';
comment on column core.sagas.version is
  'Of its definition: the newest where it first ran, and its own to the end. Null until a worker has planned it.';
comment on column core.sagas.previous_status is
  'The state before, kept by a trigger so that the constraint sees each move; where a parked one goes on.';
comment on column core.sagas.permission is 'What its starter needed, and needs to see and cancel it.';
comment on column core.sagas.caller is 'Whose idempotency key it is; null key: started once for each call.';
comment on column core.sagas.current_step is 'Position of the step in hand, forward or back.';
comment on column core.sagas.turn is 'Counts what was recorded. A job of an earlier turn has nothing to do any more.';
comment on column core.sagas.job_id is 'The job that will advance it.';
comment on column core.sagas.lease_token is
  'The fence: commands that a step calls show it, and are refused once the saga has gone on without them.';
comment on column core.sagas.cancelled_at is 'Somebody wants it undone: so it goes when the step in hand has ended.';
comment on column core.sagas.error is 'Why it is undone or parked: {code, message}.';
create unique index sagas_one_a_key_idx
  on core.sagas (coalesce(organization_id, '00000000-0000-0000-0000-000000000000'), name, caller, idempotency_key)
  where idempotency_key is not null;
create index sagas_organization_idx on core.sagas (organization_id, created_at desc, id desc);
create index sagas_starter_idx on core.sagas (created_by, created_at desc);
create index sagas_queue_idx on core.sagas (queue);
create index sagas_permission_idx on core.sagas (permission);
create index sagas_under_way_idx on core.sagas (run_at) where status in ('running', 'compensating');
create index sagas_parked_idx on core.sagas (organization_id) where status = 'parked';
create index sagas_finished_idx on core.sagas (finished_at) where finished_at is not null;
alter table core.sagas enable row level security;

create function core.keep_previous_saga_status() returns trigger
language plpgsql volatile
set search_path = ''
as $$
begin
  new.previous_status := old.status;
  return new;
end;
$$;
comment on function core.keep_previous_saga_status() is 'Hands the state before to the constraint allowed_transition.';
create trigger keep_previous_saga_status before update of status on core.sagas
  for each row execute function core.keep_previous_saga_status();

create table core.saga_steps (
  saga_id uuid not null references core.sagas (id) on delete cascade,
  position int not null,
  name text not null,
  status text not null default 'pending',
  compensable boolean not null,
  timeout_seconds int not null,
  max_attempts int not null,
  max_compensation_attempts int not null,
  backoff_seconds numeric not null,
  input jsonb,
  output jsonb,
  progress jsonb,
  slice int not null default 0,
  attempts int not null default 0,
  compensation_attempts int not null default 0,
  error jsonb,
  idempotency_key text not null,
  started_at timestamptz,
  finished_at timestamptz,
  primary key (saga_id, position),
  constraint one_step_a_name unique (saga_id, name),
  constraint name_is_a_word check (name ~ '^[a-z][a-z0-9_]{0,59}$'),
  constraint status_is_known check (
    status in ('pending', 'running', 'done', 'failed', 'compensating', 'compensated', 'parked', 'skipped')),
  constraint positions_count_from_one check (position between 1 and 50),
  constraint done_has_an_output check (status <> 'done' or output is not null),
  constraint pending_was_not_begun check (status <> 'pending' or (attempts = 0 and slice = 0 and output is null)),
  constraint running_was_begun check (status <> 'running' or attempts > 0 or slice > 0),
  constraint failed_has_an_error check (status <> 'failed' or error is not null),
  constraint only_what_can_be_is_compensated check (status <> 'compensating' or compensable),
  constraint attempts_are_counted check (attempts between 0 and max_attempts and compensation_attempts between 0 and max_compensation_attempts),
  constraint some_attempts check (max_attempts between 1 and 20 and max_compensation_attempts between 1 and 50),
  constraint timeout_fits_a_worker check (timeout_seconds between 1 and 120),
  constraint backoff_is_short check (backoff_seconds between 0 and 3600),
  constraint what_is_kept_is_small check (pg_column_size(output) <= 65536 and pg_column_size(progress) <= 65536)
);
comment on table core.saga_steps is 'The steps of each saga as it began: what went in, what came out, how often it was tried.';
comment on column core.saga_steps.status is
  'compensated: undone, or nothing to undo. failed: tried in vain, and may have half happened. skipped: a person said so.';
comment on column core.saga_steps.input is '{input: of the saga, outputs: {step: output}}: the same at each attempt.';
comment on column core.saga_steps.progress is 'Of a step that is done slice by slice: where the next one goes on.';
comment on column core.saga_steps.attempts is 'Of this slice. Counted when it begins, so that a step which kills its worker fails too.';
comment on column core.saga_steps.idempotency_key is
  'What each attempt shows to the commands it calls, with do or undo and the slice after it.';
alter table core.saga_steps enable row level security;

insert into core.aggregate_types (aggregate_type, domain) values ('saga', 'sagas');
