-- Scheduling, predictions: what was learned of attendance, sport by sport, and which games did not take place as planned.
-- Models are made and used by the function `scheduling` (shared/predictions); the database keeps them and what they learn from.

create table scheduling.attendance_models (
  sport_id uuid primary key,
  id uuid not null default core.uuid_v7(),
  organization_id uuid not null,
  number integer not null default 0,
  method text,
  trained_at timestamptz,
  training_size integer not null default 0,
  model jsonb,
  evaluation jsonb not null default '{}',
  requested_at timestamptz,
  slice integer not null default 0,
  training jsonb,
  constraint sport_is_of_the_organization foreign key (organization_id, sport_id)
    references public.sports (organization_id, id) on delete cascade,
  constraint trained_or_not check ((number > 0) = (model is not null) and (model is null) = (trained_at is null) and (model is null) = (method is null)),
  constraint games_are_counted check (number >= 0 and training_size >= 0),
  constraint model_is_an_object check (jsonb_typeof(model) = 'object' and jsonb_typeof(evaluation) = 'object'),
  constraint only_what_was_asked_for_trains check (training is null or requested_at is not null)
);
comment on table scheduling.attendance_models is
  'The newest model of attendance of each sport, from the organization''s own games alone, and the training of the next one.';
comment on column scheduling.attendance_models.number is 'Counts the trainings of the sport: with the method it is the model''s version. 0: none yet.';
comment on column scheduling.attendance_models.method is 'How it was made; code that makes models otherwise does not use it.';
comment on column scheduling.attendance_models.training_size is 'Games whose attendance was counted.';
comment on column scheduling.attendance_models.evaluation is 'How it did on games it had not seen, by horizon.';
comment on column scheduling.attendance_models.requested_at is 'When the training that is under way was asked for; null: none is.';
comment on column scheduling.attendance_models.slice is 'How many slices that training has had: of two that work the same one, the first counts.';
comment on column scheduling.attendance_models.training is 'Where that training stands between two slices.';
create index attendance_models_organization on scheduling.attendance_models (organization_id, sport_id);
alter table scheduling.attendance_models enable row level security;

create table scheduling.disturbed_games (
  game_id uuid primary key,
  organization_id uuid not null references public.organizations (id) on delete cascade,
  kind text not null,
  venue_id uuid,
  planned_on date not null,
  disturbed_at timestamptz not null default now(),
  constraint known_kind check (kind in ('moved', 'postponed', 'cancelled'))
);
comment on table scheduling.disturbed_games is
  'Published games that did not take place as planned, and what was planned first: what the risk of others is estimated from. A deleted game''s row says nothing any more.';
create index disturbed_games_organization on scheduling.disturbed_games (organization_id, planned_on);
alter table scheduling.disturbed_games enable row level security;

create function scheduling.note_disturbance() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  insert into scheduling.disturbed_games (game_id, organization_id, kind, venue_id, planned_on)
  values (old.id, old.organization_id, case when new.status in ('postponed', 'cancelled') then new.status else 'moved' end, old.venue_id, old.plays_on)
  on conflict on constraint disturbed_games_pkey do nothing;
  return null;
end;
$$;
comment on function scheduling.note_disturbance() is 'Keeps that a published game was called off, or moved to another day or venue. The first time counts.';
create trigger games_note_disturbance after update of status, plays_on, venue_id on public.games
  for each row when (old.published and new.published and old.status = 'scheduled'
    and (new.status in ('postponed', 'cancelled') or new.status = 'scheduled'
      and (old.plays_on <> new.plays_on or old.venue_id is distinct from new.venue_id)))
  execute function scheduling.note_disturbance();

insert into core.aggregate_types (aggregate_type, domain) values ('attendance_model', 'schedules');
