-- Sagas without a worker of TypeScript: a test plays the worker.

create schema if not exists tests;

-- Starts a saga of an organization as the service, on a queue that nobody works.
create or replace function tests.start_saga(name text default 'tested', key text default null, organization_id uuid default null)
returns uuid
language plpgsql volatile security definer
set search_path = ''
as $$
begin
  perform core.register_queue('tests', 'tests');
  return (core.begin_saga(coalesce(organization_id, tests.organization_id()), name, '{"n": 1}', null, null, null, key, 'tests')).id;
end;
$$;

-- The step whose turn it is, as a worker claims it now; planned with so many steps if it is not planned yet.
create or replace function tests.claim_saga(saga_id uuid, steps int default 3, attempts int default 2) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  claimed jsonb;
begin
  perform set_config('request.jwt.claims', '{"role": "service_role"}', true);
  update core.sagas s set run_at = now() where s.id = claim_saga.saga_id and s.run_at > now();
  claimed := core.claim_saga(saga_id, (select s.turn from core.sagas s where s.id = claim_saga.saga_id));
  if claimed is not null and claimed -> 'step' = 'null' then
    claimed := core.plan_saga(saga_id, (claimed ->> 'lease_token')::uuid, 1, (
      select jsonb_agg(jsonb_build_object('name', 'step_' || n, 'compensable', n <> 2, 'timeout_seconds', 30, 'max_attempts', attempts,
        'max_compensation_attempts', 2, 'backoff_seconds', 1)) from generate_series(1, steps) n));
  end if;
  return claimed;
end;
$$;

-- Claims the step in hand and records that it is done, or undone.
create or replace function tests.do_step(saga_id uuid, output jsonb default 'null', more boolean default false) returns text
language plpgsql volatile security definer
set search_path = ''
as $$
begin
  return core.record_saga_step(saga_id, (tests.claim_saga(saga_id) ->> 'lease_token')::uuid, output, more);
end;
$$;

-- Claims the step in hand and records that it failed.
create or replace function tests.fail_step(saga_id uuid, final boolean default false) returns text
language plpgsql volatile security definer
set search_path = ''
as $$
begin
  return core.fail_saga_step(saga_id, (tests.claim_saga(saga_id) ->> 'lease_token')::uuid,
    '{"code": "broken", "message": "It broke."}', final);
end;
$$;

-- The state of its steps, in order.
create or replace function tests.steps_of(saga_id uuid) returns text
language sql stable security definer
set search_path = ''
as $$ select string_agg(t.status, ' ' order by t.position) from core.saga_steps t where t.saga_id = steps_of.saga_id $$;

create or replace function tests.saga_status(saga_id uuid) returns text
language sql stable security definer
set search_path = ''
as $$ select s.status from core.sagas s where s.id = saga_status.saga_id $$;

-- What its stream says.
create or replace function tests.saga_story(saga_id uuid) returns text
language sql stable security definer
set search_path = ''
as $$
  select string_agg(concat_ws(' ', split_part(e.type, '.', 2), e.data ->> 'step'), ', ' order by e.version)
  from core.events e where e.aggregate_id = saga_story.saga_id
$$;

grant execute on all functions in schema tests to anon, authenticated, service_role;
