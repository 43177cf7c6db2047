-- Scheduling, tables: schedules with their rounds, teams, match-ups, games, constraints, versions and optimization runs.
-- A draft claims nothing. A published schedule's games are claims of the calendar on both teams and the venue, owned by the
-- game (kind game): the calendar's constraint finds each clash with anything else in the house.

create table public.schedules (
  id uuid primary key default core.uuid_v7(),
  organization_id uuid not null,
  season_id uuid not null,
  name text not null,
  format text not null,
  games_per_team integer,
  phased boolean not null default false,
  status text not null default 'draft',
  latest_version integer not null default 0,
  published_at timestamptz,
  version bigint not null default 1,
  created_by uuid references public.profiles (id) on delete set null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (organization_id, id),
  constraint season_is_of_the_organization foreign key (organization_id, season_id)
    references public.seasons (organization_id, id) on delete cascade,
  constraint has_a_name check (length(btrim(name)) between 1 and 200),
  constraint known_format check (format in ('single_round_robin', 'double_round_robin', 'partial_round_robin', 'custom')),
  constraint only_partial_counts_games check (games_per_team is null or format = 'partial_round_robin' and games_per_team between 1 and 400),
  constraint only_double_has_phases check (not phased or format = 'double_round_robin'),
  constraint status_is_known check (status in ('draft', 'published', 'archived')),
  constraint published_has_a_time check (case status when 'draft' then published_at is null when 'published' then published_at is not null else true end)
);
comment on table public.schedules is
  'A season''s schedule. Drafts are for members with schedules.read, published ones for every member of the organization.';
comment on column public.schedules.format is
  'What is played: each pair once, twice (home and away), some pairs (games_per_team, or the match-ups given), or just the match-ups given (custom).';
comment on column public.schedules.phased is 'Each pair meets once before any pair meets twice.';
comment on column public.schedules.published_at is 'When it was published; an archived one that has it was, and is read by members as before.';
comment on column public.schedules.latest_version is 'Number of the newest version kept (schedule_versions); 0: none yet.';
comment on column public.schedules.version is 'Counts the changes of the schedule, its games and constraints; the ETag.';
create index schedules_organization on public.schedules (organization_id, created_at, id);
create index schedules_season on public.schedules (organization_id, season_id);
create index schedules_created_by on public.schedules (created_by);

create table public.schedule_rounds (
  schedule_id uuid not null,
  number integer not null,
  organization_id uuid not null,
  plays_on date not null,
  starts time,
  primary key (schedule_id, number),
  constraint schedule_is_of_the_organization foreign key (organization_id, schedule_id)
    references public.schedules (organization_id, id) on delete cascade,
  constraint one_round_a_day unique (schedule_id, plays_on),
  constraint rounds_count_from_one check (number between 1 and 1000)
);
comment on table public.schedule_rounds is
  'The days on which a schedule plays, in order. A team plays at most once a round; where there are more rounds than games, the rest are byes.';
comment on column public.schedule_rounds.starts is 'When its games start unless said otherwise, at the venue''s wall clock; null: to be announced.';
create index schedule_rounds_organization on public.schedule_rounds (organization_id, schedule_id);

create table public.schedule_teams (
  schedule_id uuid not null,
  team_id uuid not null,
  organization_id uuid not null,
  division text,
  primary key (schedule_id, team_id),
  constraint schedule_is_of_the_organization foreign key (organization_id, schedule_id)
    references public.schedules (organization_id, id) on delete cascade,
  constraint team_is_of_the_organization foreign key (organization_id, team_id) references public.teams (organization_id, id)
    deferrable initially deferred,
  constraint division_is_named check (length(btrim(division)) between 1 and 100)
);
comment on table public.schedule_teams is 'Who plays in a schedule, and in which division of it.';
create index schedule_teams_schedule on public.schedule_teams (organization_id, schedule_id);
create index schedule_teams_team on public.schedule_teams (organization_id, team_id);

create table public.schedule_matchups (
  schedule_id uuid not null,
  home_team_id uuid not null,
  away_team_id uuid not null,
  organization_id uuid not null,
  games integer not null default 1,
  home_is_fixed boolean not null default false,
  primary key (schedule_id, home_team_id, away_team_id),
  constraint schedule_is_of_the_organization foreign key (organization_id, schedule_id)
    references public.schedules (organization_id, id) on delete cascade,
  constraint home_plays_in_it foreign key (schedule_id, home_team_id) references public.schedule_teams (schedule_id, team_id) on delete cascade,
  constraint away_plays_in_it foreign key (schedule_id, away_team_id) references public.schedule_teams (schedule_id, team_id) on delete cascade,
  constraint two_teams check (home_team_id <> away_team_id),
  constraint games_are_counted check (games between 1 and 20)
);
comment on table public.schedule_matchups is 'Who is to meet whom how often, where the format leaves it open (partial_round_robin, custom).';
comment on column public.schedule_matchups.home_is_fixed is 'Whether the home side is given; otherwise the optimizer may turn it.';
create index schedule_matchups_organization on public.schedule_matchups (organization_id, schedule_id);
create index schedule_matchups_away on public.schedule_matchups (schedule_id, away_team_id);

create function scheduling.may_become(previous_status text, status text)
returns boolean
language plpgsql immutable set search_path = '' as $$
begin
  return case status
    when 'scheduled' then previous_status is null or previous_status in ('scheduled', 'postponed', 'cancelled')
    when 'postponed' then previous_status is null or previous_status in ('scheduled', 'postponed')
    when 'cancelled' then previous_status is null or previous_status in ('scheduled', 'postponed', 'cancelled')
    when 'played' then previous_status is null or previous_status in ('scheduled', 'played')
    else false
  end;
end $$;
comment on function scheduling.may_become(text, text) is
  'The state machine: whether a game may go from one state (null: none yet, as imports bring them) to another.';

create table public.games (
  id uuid not null default core.uuid_v7(),
  organization_id uuid not null,
  schedule_id uuid not null,
  round integer,
  plays_on date not null,
  starts_at timestamptz,
  ends_at timestamptz,
  venue_id uuid,
  home_team_id uuid not null,
  away_team_id uuid not null,
  neutral boolean not null default false,
  tv_window_id uuid,
  status text not null default 'scheduled',
  previous_status text,
  published boolean not null default false,
  attendance integer,
  home_score integer,
  away_score integer,
  note text,
  version bigint not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (id, plays_on),
  constraint two_teams check (home_team_id <> away_team_id),
  constraint round_counts_from_one check (round >= 1),
  constraint ends_after_start check (ends_at > starts_at),
  constraint start_and_end_go_together check ((starts_at is null) = (ends_at is null)),
  constraint starts_about_that_day check (abs(plays_on - (starts_at at time zone 'UTC')::date) <= 1),
  constraint counted check (attendance >= 0 and home_score >= 0 and away_score >= 0),
  constraint only_played_games_have_figures check (status = 'played' or (attendance is null and home_score is null and away_score is null)),
  constraint note_is_short check (length(note) <= 1000),
  constraint allowed_transition check (scheduling.may_become(previous_status, status))
) partition by range (plays_on);
comment on table public.games is
  'Games, by year of their day. Published ones are read by every member, drafts by members with schedules.read. Written by commands only.';
comment on column public.games.round is 'The round of the schedule it is played in; null: outside of the rounds.';
comment on column public.games.plays_on is 'The day, at the venue''s wall clock.';
comment on column public.games.starts_at is 'The start; null: to be announced. Only games with a start and a venue can be published.';
comment on column public.games.neutral is 'Played at neither side''s home.';
comment on column public.games.previous_status is 'The state before this one; kept by a trigger, so that the constraint sees each move.';
comment on column public.games.published is 'Whether it stands in the calendar: kept equal to the schedule''s state by the commands that publish.';
comment on column public.games.version is 'Counts the changes; the ETag.';
-- No foreign keys: games are loaded by the hundred thousand, and each would lock the same few rows. Commands read schedule,
-- teams and venue in the same transaction; none of them is deleted while it has games (004300).
create index games_by_schedule on public.games (schedule_id, plays_on, id);
create index games_by_organization on public.games (organization_id, plays_on, id);
create index games_by_home on public.games (home_team_id, plays_on);
create index games_by_away on public.games (away_team_id, plays_on);
create index games_by_venue on public.games (venue_id, plays_on) where venue_id is not null;

create function scheduling.keep_previous_status() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.previous_status := old.status;
  return new;
end $$;
comment on function scheduling.keep_previous_status() is 'Hands the state before to the constraint allowed_transition.';
create trigger games_keep_previous_status before update of status on public.games
  for each row execute function scheduling.keep_previous_status();

create function scheduling.ensure_years(first_year integer, last_year integer) returns integer
language plpgsql set search_path = '' as $$
declare
  partition_name text;
  created integer := 0;
begin
  for year in first_year..last_year loop
    partition_name := format('scheduling.games_%s', year);
    continue when to_regclass(partition_name) is not null;
    execute format('create table %s partition of public.games for values from (%L) to (%L)', partition_name,
      make_date(year, 1, 1), make_date(year + 1, 1, 1));
    execute format('alter table %s enable row level security', partition_name);
    created := created + 1;
  end loop;
  return created;
end $$;
comment on function scheduling.ensure_years(integer, integer) is
  'Makes the partitions of games of these years, both included; returns how many were missing.';
create table scheduling.games_default partition of public.games default;
alter table scheduling.games_default enable row level security;
select scheduling.ensure_years(2010, extract(year from now())::integer + 3);

create table public.constraint_types (
  type text primary key,
  title text not null,
  description text not null,
  schema jsonb not null,
  example jsonb not null
);
comment on table public.constraint_types is 'What a constraint can be. The rows are made from the code that measures them; the same everywhere.';
comment on column public.constraint_types.schema is 'JSON Schema of a constraint''s params.';

create table public.schedule_constraints (
  id uuid primary key default core.uuid_v7(),
  organization_id uuid not null,
  schedule_id uuid not null,
  type text not null references public.constraint_types (type),
  name text,
  params jsonb not null,
  hard boolean not null,
  weight numeric not null default 1,
  active boolean not null default true,
  violated boolean,
  deviation numeric,
  version bigint not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint schedule_is_of_the_organization foreign key (organization_id, schedule_id)
    references public.schedules (organization_id, id) on delete cascade,
  constraint name_is_short check (length(name) <= 200),
  constraint params_are_an_object check (jsonb_typeof(params) = 'object'),
  constraint weight_is_positive check (weight > 0 and weight <= 1000000)
);
comment on table public.schedule_constraints is 'What a schedule must hold to (hard) or should (soft, by weight).';
comment on column public.schedule_constraints.violated is 'Whether the games break it, as last measured; null: not measured since it changed.';
comment on column public.schedule_constraints.deviation is 'By how much, in the type''s unit; its penalty is weight times this.';
create index schedule_constraints_schedule on public.schedule_constraints (schedule_id, created_at, id);
create index schedule_constraints_organization on public.schedule_constraints (organization_id, schedule_id);
create index schedule_constraints_type on public.schedule_constraints (type);

create table public.schedule_versions (
  schedule_id uuid not null,
  number integer not null,
  organization_id uuid not null,
  games jsonb not null,
  note text,
  run_id uuid,
  created_by uuid references public.profiles (id) on delete set null,
  created_at timestamptz not null default now(),
  primary key (schedule_id, number),
  constraint schedule_is_of_the_organization foreign key (organization_id, schedule_id)
    references public.schedules (organization_id, id) on delete cascade,
  constraint numbers_count_from_one check (number >= 1),
  constraint games_are_a_list check (jsonb_typeof(games) = 'array'),
  constraint note_is_short check (length(note) <= 1000)
);
comment on table public.schedule_versions is 'The games of a schedule as they once stood; never changed. By restore they stand again.';
comment on column public.schedule_versions.run_id is 'The optimization run that made it.';
create index schedule_versions_organization on public.schedule_versions (organization_id, schedule_id);
create index schedule_versions_created_by on public.schedule_versions (created_by);

create table public.optimization_runs (
  id uuid primary key default core.uuid_v7(),
  organization_id uuid not null,
  schedule_id uuid not null,
  schedule_version bigint not null,
  status text not null default 'queued',
  started_from text not null,
  seed bigint not null default 1,
  seconds integer,
  evaluations bigint,
  done_evaluations bigint not null default 0,
  slices integer not null default 0,
  milliseconds bigint not null default 0,
  start_hard double precision,
  start_soft double precision,
  best_hard double precision,
  best_soft double precision,
  best_violated integer,
  apply boolean not null default false,
  result_version integer,
  applied_at timestamptz,
  failure_code text,
  failure text,
  created_by uuid references public.profiles (id) on delete set null,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  ended_at timestamptz,
  estimated_end timestamptz,
  version bigint not null default 1,
  constraint schedule_is_of_the_organization foreign key (organization_id, schedule_id)
    references public.schedules (organization_id, id) on delete cascade,
  constraint status_is_known check (status in ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
  constraint starts_somewhere check (started_from in ('current', 'scratch')),
  constraint budget_is_bounded check (evaluations between 1 and 10000000000 and seconds between 1 and 3600),
  constraint has_a_budget check (evaluations is not null or seconds is not null),
  constraint progress_is_counted check (done_evaluations >= 0 and slices >= 0 and milliseconds >= 0),
  constraint seed_is_small check (seed between 0 and 4294967295),
  constraint ended_when_over check ((ended_at is not null) = (status in ('succeeded', 'failed', 'cancelled'))),
  constraint failed_for_a_reason check ((status = 'failed') <= (failure_code is not null and failure is not null)),
  constraint only_results_are_applied check (applied_at is null or result_version is not null)
);
comment on table public.optimization_runs is 'A search for a better schedule, in slices. The same seed and budget on the same input give the same result.';
comment on column public.optimization_runs.schedule_version is 'The version of the schedule, its games and constraints that it was given; later changes are not in it.';
comment on column public.optimization_runs.started_from is 'From the games as they stood, or from nothing.';
comment on column public.optimization_runs.seconds is 'The budget as asked for in time; it becomes evaluations once the speed of this search has been measured.';
comment on column public.optimization_runs.evaluations is 'The budget: moves to be evaluated. Null until the speed has been measured.';
comment on column public.optimization_runs.milliseconds is 'What was worked on it so far.';
comment on column public.optimization_runs.start_hard is 'Penalty of the hard constraints in the games as they stood; null where they were no whole schedule.';
comment on column public.optimization_runs.best_hard is 'Penalty of the hard constraints in the best schedule so far; 0: none is broken.';
comment on column public.optimization_runs.best_soft is 'Penalty of the soft ones in it.';
comment on column public.optimization_runs.best_violated is 'How many constraints, hard or soft, it breaks.';
comment on column public.optimization_runs.apply is 'Whether the result becomes the draft by itself, unless the schedule has changed meanwhile.';
comment on column public.optimization_runs.result_version is 'The version of the schedule that it made.';
create index optimization_runs_schedule on public.optimization_runs (schedule_id, created_at, id);
create index optimization_runs_organization on public.optimization_runs (organization_id, schedule_id);
create index optimization_runs_created_by on public.optimization_runs (created_by);

create table scheduling.run_states (
  run_id uuid primary key references public.optimization_runs (id) on delete cascade,
  organization_id uuid not null,
  input jsonb not null,
  state bytea,
  best jsonb,
  speed double precision,
  served_at timestamptz,
  attempts integer not null default 0,
  lease_token uuid,
  leased_until timestamptz,
  updated_at timestamptz not null default now(),
  constraint lease_has_an_end check ((lease_token is null) = (leased_until is null))
);
comment on table scheduling.run_states is
  'What a run that is not over was given, where its search stands between two slices, and who has it. Gone when the run is over.';
comment on column scheduling.run_states.speed is 'Evaluations a millisecond, as last measured: how long the next slice may be.';
comment on column scheduling.run_states.attempts is 'Slices begun since one was last saved: what kills its workers is ended.';
comment on column scheduling.run_states.lease_token is 'What a worker must show to write: one a slice.';
alter table scheduling.run_states enable row level security;

create table scheduling.run_turns (
  organization_id uuid primary key references public.organizations (id) on delete cascade,
  served_at timestamptz not null
);
comment on table scheduling.run_turns is 'When a slice was last given to an organization: the one that has waited longest is next, however many runs it has.';
alter table scheduling.run_turns enable row level security;

create table scheduling.measurements (
  schedule_id uuid primary key references public.schedules (id) on delete cascade,
  schedule_version bigint not null,
  measured_at timestamptz not null default now()
);
comment on table scheduling.measurements is 'Which version of a schedule its constraints were last measured on.';
alter table scheduling.measurements enable row level security;

alter table public.schedules enable row level security;
alter table public.schedule_rounds enable row level security;
alter table public.schedule_teams enable row level security;
alter table public.schedule_matchups enable row level security;
alter table public.games enable row level security;
alter table public.constraint_types enable row level security;
alter table public.schedule_constraints enable row level security;
alter table public.schedule_versions enable row level security;
alter table public.optimization_runs enable row level security;
grant select on public.schedules, public.schedule_rounds, public.schedule_teams, public.schedule_matchups, public.games,
  public.constraint_types, public.schedule_constraints, public.schedule_versions, public.optimization_runs to authenticated, service_role;

create policy "members read published schedules, schedulers all" on public.schedules
  for select to authenticated using (
    published_at is not null and organization_id = any (array(select core.my_organization_ids('organization.read')))
    or organization_id = any (array(select core.my_organization_ids('schedules.read'))));
create policy "members read rounds of published schedules, schedulers all" on public.schedule_rounds
  for select to authenticated using (
    organization_id = any (array(select core.my_organization_ids('schedules.read')))
    or schedule_id in (select s.id from public.schedules s where s.published_at is not null));
create policy "members read teams of published schedules, schedulers all" on public.schedule_teams
  for select to authenticated using (
    organization_id = any (array(select core.my_organization_ids('schedules.read')))
    or schedule_id in (select s.id from public.schedules s where s.published_at is not null));
create policy "members read published match-ups, schedulers all" on public.schedule_matchups
  for select to authenticated using (
    organization_id = any (array(select core.my_organization_ids('schedules.read')))
    or schedule_id in (select s.id from public.schedules s where s.published_at is not null));
create policy "members read published games, schedulers all" on public.games
  for select to authenticated using (
    published and organization_id = any (array(select core.my_organization_ids('organization.read')))
    or organization_id = any (array(select core.my_organization_ids('schedules.read'))));
create policy "anyone signed in reads what constraints there are" on public.constraint_types
  for select to authenticated using (true);
create policy "schedulers read constraints" on public.schedule_constraints
  for select to authenticated using (organization_id in (select core.my_organization_ids('schedules.read')));
create policy "schedulers read versions" on public.schedule_versions
  for select to authenticated using (organization_id in (select core.my_organization_ids('schedules.read')));
create policy "schedulers read optimization runs" on public.optimization_runs
  for select to authenticated using (organization_id in (select core.my_organization_ids('schedules.read')));
