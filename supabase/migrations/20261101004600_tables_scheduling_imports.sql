-- Scheduling, imports: files of teams, venues, games, constraints or a whole schedule, staged row by row, checked, then
-- applied in one transaction or not at all.
--
-- A file comes in parts of any order, each again as often as wanted. Rows are staged as they are (import_rows); a check
-- reads them all and notes at each row what it would do and what is wrong with which of its columns. Applying checks once
-- more under the schedule's lock, so what was checked an hour ago is not believed.

create table public.imports (
  id uuid primary key default core.uuid_v7(),
  organization_id uuid not null references public.organizations (id) on delete cascade,
  schedule_id uuid,
  sport_id uuid,
  what text not null,
  status text not null default 'open',
  wanted text,
  rows integer not null default 0,
  added integer,
  changed integer,
  unchanged integer,
  faults integer,
  problems jsonb not null default '[]',
  failure text,
  created_by uuid references public.profiles (id) on delete set null,
  created_at timestamptz not null default now(),
  checked_at timestamptz,
  applied_at timestamptz,
  constraint schedule_is_of_the_organization foreign key (organization_id, schedule_id)
    references public.schedules (organization_id, id) on delete cascade,
  constraint sport_is_of_the_organization foreign key (organization_id, sport_id)
    references public.sports (organization_id, id) on delete cascade,
  constraint known_content check (what in ('venues', 'teams', 'rounds', 'matchups', 'constraints', 'games', 'schedule')),
  constraint schedules_parts_have_a_schedule check (what in ('venues', 'teams') or schedule_id is not null),
  constraint teams_have_a_sport check (what <> 'teams' or sport_id is not null),
  constraint status_is_known check (status in ('open', 'queued', 'checked', 'applied', 'failed')),
  constraint queued_for_something check ((status = 'queued') = (wanted is not null) and wanted in ('check', 'apply')),
  constraint applied_at_a_time check ((status = 'applied') = (applied_at is not null)),
  constraint problems_are_a_list check (jsonb_typeof(problems) = 'array')
);
comment on table public.imports is
  'Files being imported: open while parts come, checked (what would be added, changed, left; what is wrong), applied whole or not at all. Kept for 30 days.';
comment on column public.imports.what is 'What the rows are; schedule: of several kinds, as a JSON export holds them.';
comment on column public.imports.wanted is 'What it is queued for: large files are worked on in the background.';
comment on column public.imports.rows is 'Rows staged in complete parts.';
comment on column public.imports.faults is 'How many cells were wrong when it was last checked; null: never.';
comment on column public.imports.problems is 'The first 1,000 of them by line: {kind, part, line, column, code, message, value}.';
comment on column public.imports.failure is 'Why work in the background was given up.';
create index imports_organization on public.imports (organization_id, created_at, id);
create index imports_schedule on public.imports (organization_id, schedule_id);
create index imports_sport on public.imports (organization_id, sport_id);
create index imports_created_by on public.imports (created_by);
create index imports_queued on public.imports (created_at) where status = 'queued';

create table scheduling.import_parts (
  import_id uuid not null references public.imports (id) on delete cascade,
  part integer not null,
  rows integer not null default 0,
  complete boolean not null default false,
  primary key (import_id, part),
  constraint parts_count_from_one check (part between 1 and 10000)
);
comment on table scheduling.import_parts is 'Parts of imports: how many rows each staged, and whether its end has come.';

-- Staged rows are worth nothing after a crash but to be sent again: no write-ahead log, and no foreign keys, which a
-- million rows would each pay for. A check counts them against the parts.
create unlogged table scheduling.import_rows (
  import_id uuid not null,
  kind text not null,
  part integer not null,
  line integer not null,
  cells jsonb not null,
  id uuid,
  action text,
  faults text[] not null default '{}',
  primary key (import_id, kind, part, line)
);
comment on table scheduling.import_rows is 'What the files say, a row a line: cells by the names of their columns.';
comment on column scheduling.import_rows.line is 'Where it stands in its part, the first line being 1; in JSON, its place in the list.';
comment on column scheduling.import_rows.id is 'The thing it is about: one that is there, or one to be added.';
comment on column scheduling.import_rows.action is 'add, change or keep.';
comment on column scheduling.import_rows.faults is 'column:code, as scheduling.fault_message explains them.';

create unlogged table scheduling.import_games (
  import_id uuid not null,
  part integer not null,
  line integer not null,
  id uuid,
  was_on date,
  action text not null default 'add',
  faults text[] not null default '{}',
  round integer,
  plays_on date,
  starts_at timestamptz,
  ends_at timestamptz,
  venue_id uuid,
  home_team_id uuid,
  away_team_id uuid,
  neutral boolean,
  tv_window_id uuid,
  status text,
  attendance integer,
  home_score integer,
  away_score integer,
  note text,
  primary key (import_id, part, line)
);
comment on table scheduling.import_games is 'Games of imports as their rows are understood: what is written when it is applied.';
comment on column scheduling.import_games.was_on is 'The day of the game that is there: its partition.';
create index import_games_faulty on scheduling.import_games (import_id, part, line) where faults <> '{}';
create index import_rows_faulty on scheduling.import_rows (import_id, kind, part, line) where faults <> '{}';

create function scheduling.forget_staged() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  delete from scheduling.import_rows r where r.import_id = old.id;
  delete from scheduling.import_games g where g.import_id = old.id;
  return null;
end $$;
comment on function scheduling.forget_staged() is 'An import that is gone leaves no rows behind.';
create trigger imports_forget_staged after delete on public.imports
  for each row execute function scheduling.forget_staged();

alter table public.imports enable row level security;
alter table scheduling.import_parts enable row level security;
alter table scheduling.import_rows enable row level security;
alter table scheduling.import_games enable row level security;
grant select on public.imports to authenticated, service_role;
create policy "those who change schedules read imports" on public.imports
  for select to authenticated using (organization_id in (select core.my_organization_ids('schedules.manage')));

create function scheduling.fault_message(fault text) returns text
language plpgsql immutable set search_path = '' as $$
begin
  return case split_part(fault, ':', 2)
    when 'missing' then 'This must be filled in.'
    when 'not_a_number' then 'Write a whole number.'
    when 'not_a_decimal' then 'Write a number.'
    when 'out_of_range' then 'This is too small or too large.'
    when 'not_a_date' then 'Write the date as 2027-03-31.'
    when 'not_a_time' then 'Write the time as 19:30.'
    when 'not_an_instant' then 'Write the instant as 2027-03-31T19:30:00-05:00.'
    when 'not_yes_or_no' then 'Write true or false.'
    when 'not_json' then 'Write the parameters as a JSON object.'
    when 'too_long' then 'This is empty or too long.'
    when 'unknown_time_zone' then 'Write a time zone as America/Chicago.'
    when 'unknown_id' then 'There is nothing of this id here. Leave the id empty to add a new one.'
    when 'unknown_team' then 'No team of this sport has this code or name.'
    when 'unknown_venue' then 'No venue has this code or name.'
    when 'unknown_tv_window' then 'No TV window of the season has this name.'
    when 'unknown_type' then 'There is no such type of constraint.'
    when 'unknown_round' then 'The schedule has no such round.'
    when 'not_in_season' then 'The season has no such day.'
    when 'unknown_status' then 'Write scheduled, postponed, cancelled or played.'
    when 'not_in_schedule' then 'This team does not play in this schedule.'
    when 'same_team' then 'A team cannot play itself.'
    when 'no_such_time' then 'Clocks skip this time on that day.'
    when 'times_disagree' then 'This is another time than date and time say: empty one of them.'
    when 'ends_before_start' then 'A game ends after it starts, within a day.'
    when 'not_allowed' then 'A game cannot go from its present state to this one.'
    when 'only_when_played' then 'Only games that were played have this.'
    when 'published' then 'The schedule is published: take it back first, or move, add and cancel its games one by one.'
    when 'duplicate' then 'Another row says the same.'
    when 'taken' then 'Another one has this already.'
    when 'position_is_half' then 'Write both latitude and longitude, or neither.'
    when 'does_not_fit' then 'The parameters do not fit the type: ' || substr(fault, length(split_part(fault, ':', 1)) + 15)
    when 'unknown_kind' then 'This does not belong here.'
    else 'This is not valid.'
  end;
end $$;
comment on function scheduling.fault_message(text) is 'What is wrong with a cell, for a person; of column:code.';
