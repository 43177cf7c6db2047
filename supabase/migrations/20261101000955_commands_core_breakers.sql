-- Circuit breakers: whether it is worth calling something outside, told to every isolate alike.
--
--   closed --failures in a row--> open --retry_at--> half_open --success--> closed
--                                  ^--------------------'failure (twice as long)
--
-- A closed breaker without failures costs one read; only failures and recoveries write.

create table core.breakers (
  name text primary key,
  state text not null default 'closed',
  failures int not null default 0,
  openings int not null default 0,
  retry_at timestamptz,
  changed_at timestamptz not null default now(),
  constraint state_is_known check (state in ('closed', 'open', 'half_open')),
  constraint closed_waits_for_nothing check ((state = 'closed') = (retry_at is null)),
  constraint failures_are_counted check (failures >= 0 and openings >= 0)
);
comment on table core.breakers is
  'One a target outside, named <kind>:<id> (webhook:…, service:…). No row: closed, and never failed.';
comment on column core.breakers.failures is 'In a row, since the last success.';
comment on column core.breakers.openings is 'In a row, since it was last closed: each waits twice as long, 15 minutes at most.';
comment on column core.breakers.retry_at is
  'Open: when one call may try again. Half open: when another may, should that one never report.';
alter table core.breakers enable row level security;

create function core.breaker_admits(name text) returns boolean
language plpgsql volatile
set search_path = ''
as $$
declare
  breaker core.breakers;
begin
  select b.* into breaker from core.breakers b where b.name = breaker_admits.name;
  if not found or breaker.state = 'closed' then
    return true;
  elsif breaker.retry_at > clock_timestamp() then
    return false;
  end if;
  -- Of all who ask now, the one whose update finds the old time may try.
  update core.breakers b
  set state = 'half_open',
    retry_at = clock_timestamp() + interval '60 seconds',
    changed_at = case when b.state = 'half_open' then b.changed_at else clock_timestamp() end
  where b.name = breaker_admits.name and b.state <> 'closed' and b.retry_at <= clock_timestamp();
  return found;
end;
$$;
comment on function core.breaker_admits(text) is
  'Whether to call the target now. True while closed, and once for each try of an open breaker: report how it went.';

create function core.breaker_report(name text, succeeded boolean, threshold int default 5, wait_seconds int default 10)
returns text
language plpgsql volatile
set search_path = ''
as $$
declare
  new_state text;
begin
  if succeeded then
    update core.breakers b
    set state = 'closed', failures = 0, openings = 0, retry_at = null,
      changed_at = case when b.state = 'closed' then b.changed_at else clock_timestamp() end
    where b.name = breaker_report.name and (b.state <> 'closed' or b.failures > 0);
    return 'closed';
  end if;
  insert into core.breakers as b (name, failures, state, openings, retry_at)
  values (
    breaker_report.name, 1,
    case when threshold <= 1 then 'open' else 'closed' end,
    case when threshold <= 1 then 1 else 0 end,
    case when threshold <= 1 then clock_timestamp() + make_interval(secs => wait_seconds) end)
  on conflict on constraint breakers_pkey do update set
    failures = b.failures + 1,
    state = case when b.state <> 'closed' or b.failures + 1 >= threshold then 'open' else 'closed' end,
    -- Calls that were under way when it opened do not open it again.
    openings = b.openings + case when b.state = 'half_open' or (b.state = 'closed' and b.failures + 1 >= threshold) then 1 else 0 end,
    retry_at = case
      when b.state = 'open' then b.retry_at
      when b.state = 'half_open' or b.failures + 1 >= threshold then
        clock_timestamp() + least(make_interval(secs => wait_seconds) * power(2, least(b.openings, 12)), interval '15 minutes')
    end,
    changed_at = case
      when b.state = 'half_open' or (b.state = 'closed' and b.failures + 1 >= threshold) then clock_timestamp()
      else b.changed_at
    end
  returning b.state into new_state;
  return new_state;
end;
$$;
comment on function core.breaker_report(text, boolean, int, int) is
  'Says how a call to the target went; returns the breaker''s state. Opens after `threshold` failures in a row, first for '
  '`wait_seconds`.';
