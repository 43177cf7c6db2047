-- What clients and workers can call of predictions. Clients better ask the function `scheduling`: it makes answers of these.

create function public.played_games(sport_id uuid, before_day date default null, before_id uuid default null, page_size integer default 1000) returns jsonb
language sql stable security invoker
set search_path = ''
as $$ select scheduling.played_games(sport_id, before_day, before_id, page_size) $$;
comment on function public.played_games(uuid, date, uuid, integer) is
  'A page (at most 5,000) of the organization''s own played games of a sport, newest first: [[id, season_id, plays_on, minute of the day at the venue, home_team_id, away_team_id, venue_id, neutral, attendance, home_score, away_score]]. The next page is before the last one''s day and id. Needs schedules.read.';
grant execute on function public.played_games(uuid, date, uuid, integer) to authenticated, service_role;

create function public.attendance_question(schedule_id uuid default null, game_ids uuid[] default null) returns jsonb
language sql stable security invoker
set search_path = ''
as $$ select scheduling.attendance_question(schedule_id, game_ids) $$;
comment on function public.attendance_question(uuid, uuid[]) is
  'What a prediction of attendance is made of, for a schedule or up to 2,000 games of one sport: the games and the rest of their schedules, the sport''s seasons, teams and venues, and the stored model. Needs schedules.read. PT404 where a game is not the caller''s to know of.';
grant execute on function public.attendance_question(uuid, uuid[]) to authenticated, service_role;

create function public.train_attendance(sport_id uuid, idempotency_key text default null) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select scheduling.train_attendance(sport_id, idempotency_key) $$;
comment on function public.train_attendance(uuid, text) is
  'Queues the training of a sport''s model of attendance, unless it is under way: {sport_id, status, games}. Needs schedules.manage. PT409 no_attendance_history.';
grant execute on function public.train_attendance(uuid, text) to authenticated, service_role;

create function public.attendance_training(sport_id uuid) returns jsonb
language sql stable security invoker
set search_path = ''
as $$ select scheduling.attendance_training(sport_id) $$;
comment on function public.attendance_training(uuid) is
  'For workers: the training of a sport that is under way, with its seasons, teams and venues; null: none is.';
grant execute on function public.attendance_training(uuid) to service_role;

create function public.save_attendance_training(sport_id uuid, requested_at timestamptz, slice integer, training jsonb) returns boolean
language sql volatile security invoker
set search_path = ''
as $$ select scheduling.save_attendance_training(sport_id, requested_at, slice, training) $$;
comment on function public.save_attendance_training(uuid, timestamptz, integer, jsonb) is
  'For workers: keeps where a training stands and queues its next slice; false where another worker has kept that slice, or another training has begun.';
grant execute on function public.save_attendance_training(uuid, timestamptz, integer, jsonb) to service_role;

create function public.finish_attendance_training(sport_id uuid, requested_at timestamptz, model jsonb, evaluation jsonb) returns boolean
language sql volatile security invoker
set search_path = ''
as $$ select scheduling.finish_attendance_training(sport_id, requested_at, model, evaluation) $$;
comment on function public.finish_attendance_training(uuid, timestamptz, jsonb, jsonb) is
  'For workers: the model of a training, in use from now on; false where another one has begun since.';
grant execute on function public.finish_attendance_training(uuid, timestamptz, jsonb, jsonb) to service_role;

create function public.tv_question(schedule_id uuid) returns jsonb
language sql stable security invoker
set search_path = ''
as $$ select scheduling.tv_question(schedule_id) $$;
comment on function public.tv_question(uuid) is
  'What an assignment of TV windows is made of: the season''s windows on each day the schedule plays (slots), its games, and its teams'' records since 400 days before the season: {team_id: [wins, games]}. Needs schedules.read.';
grant execute on function public.tv_question(uuid) to authenticated, service_role;

create function public.risk_question(schedule_id uuid) returns jsonb
language sql stable security invoker
set search_path = ''
as $$ select scheduling.risk_question(schedule_id) $$;
comment on function public.risk_question(uuid) is
  'What the risk of a schedule''s games is judged by: the games, what stands in the calendar at their time (conflicts), and the organization''s latest 5,000 games before today: [[planned_on, venue_id, disturbed]]. Needs schedules.read.';
grant execute on function public.risk_question(uuid) to authenticated, service_role;
