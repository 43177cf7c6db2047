-- What a client can call of the commands on games, constraints, publication and versions.

create function public.put_games(
  schedule_id uuid, games jsonb, keep_others boolean default false, expected_version bigint default null, idempotency_key text default null
) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select scheduling.put_games(schedule_id, games, keep_others, expected_version, idempotency_key) $$;
comment on function public.put_games(uuid, jsonb, boolean, bigint, text) is
  'Makes a schedule''s games those of a list, at most 20,000: [{id, home_team_id, away_team_id, round, plays_on, starts_at or starts '
  '(wall clock), ends_at, venue_id, neutral, tv_window_id, note}]. With the id of a game what is not said stays; games to be played '
  'that are not in the list go, unless others are kept. Returns the schedule and how many games changed. Needs schedules.manage; of a '
  'published schedule schedules.publish: its claims follow whole or not at all (so that games can change places), and what goes is '
  'cancelled. PT422 invalid_games, PT409 version_conflict, schedule_archived, cannot_publish {conflicts, total}.';
grant execute on function public.put_games(uuid, jsonb, boolean, bigint, text) to authenticated, service_role;

create function public.add_game(schedule_id uuid, game jsonb, expected_version bigint default null, idempotency_key text default null) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select scheduling.add_game(schedule_id, game, expected_version, idempotency_key) $$;
comment on function public.add_game(uuid, jsonb, bigint, text) is
  'Adds a game: {home_team_id, away_team_id, round or plays_on, starts_at or starts, ends_at, venue_id, neutral, tv_window_id, note}. Without a '
  'start it begins with its round, without a venue it is at the home side''s. Needs schedules.manage, for a published schedule schedules.publish. '
  'PT409 game_does_not_fit {conflicts}.';
grant execute on function public.add_game(uuid, jsonb, bigint, text) to authenticated, service_role;

create function public.update_game(game_id uuid, changes jsonb, expected_version bigint default null) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select scheduling.update_game(game_id, changes, expected_version) $$;
comment on function public.update_game(uuid, jsonb, bigint) is
  'Changes or moves a game; what is left out stays, and another day keeps the time of day. Of a published one the claims move with it, free at '
  'no moment. Needs schedules.manage, for a published one schedules.publish. PT409 version_conflict, game_closed, game_does_not_fit {conflicts}.';
grant execute on function public.update_game(uuid, jsonb, bigint) to authenticated, service_role;

create function public.swap_game(game_id uuid, expected_version bigint default null) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select scheduling.swap_game(game_id, expected_version) $$;
comment on function public.swap_game(uuid, bigint) is
  'Turns a game round: the other side is at home, and in its venue if the game was in the first one''s. As update_game.';
grant execute on function public.swap_game(uuid, bigint) to authenticated, service_role;

create function public.postpone_game(game_id uuid, note text default null, expected_version bigint default null) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select scheduling.postpone_game(game_id, note, expected_version) $$;
comment on function public.postpone_game(uuid, text, bigint) is
  'Postpones a game with no new day yet: its time is given back. Twice is once. As update_game; PT409 invalid_transition.';
grant execute on function public.postpone_game(uuid, text, bigint) to authenticated, service_role;

create function public.cancel_game(game_id uuid, note text default null, expected_version bigint default null) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select scheduling.cancel_game(game_id, note, expected_version) $$;
comment on function public.cancel_game(uuid, text, bigint) is
  'Cancels a game: its time is given back. Twice is once. As update_game; PT409 invalid_transition.';
grant execute on function public.cancel_game(uuid, text, bigint) to authenticated, service_role;

create function public.reinstate_game(game_id uuid, changes jsonb default '{}', expected_version bigint default null) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select scheduling.reinstate_game(game_id, changes, expected_version) $$;
comment on function public.reinstate_game(uuid, jsonb, bigint) is
  'A postponed or cancelled game is to be played, then and there or at another time (changes as in update_game). PT409 invalid_transition, game_does_not_fit.';
grant execute on function public.reinstate_game(uuid, jsonb, bigint) to authenticated, service_role;

create function public.record_result(
  game_id uuid, home_score integer default null, away_score integer default null, attendance integer default null, expected_version bigint default null
) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select scheduling.record_result(game_id, home_score, away_score, attendance, expected_version) $$;
comment on function public.record_result(uuid, integer, integer, integer, bigint) is
  'A game was played: its scores and attendance, as far as they are known; again to correct them. As update_game; PT409 invalid_transition.';
grant execute on function public.record_result(uuid, integer, integer, integer, bigint) to authenticated, service_role;

create function public.remove_game(game_id uuid, expected_version bigint default null) returns void
language sql volatile security invoker
set search_path = ''
as $$ select scheduling.remove_game(game_id, expected_version) $$;
comment on function public.remove_game(uuid, bigint) is
  'Takes a game out of a draft. Needs schedules.manage. PT409 schedule_published (cancel it instead), game_closed, version_conflict.';
grant execute on function public.remove_game(uuid, bigint) to authenticated, service_role;

create function public.publish_schedule(schedule_id uuid, expected_version bigint default null, idempotency_key text default null) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select scheduling.publish_schedule(schedule_id, expected_version, idempotency_key) $$;
comment on function public.publish_schedule(uuid, bigint, text) is
  'Takes the time of both teams and the venue for every game to be played, all or none, and keeps a version. Needs schedules.publish. PT409 '
  'cannot_publish {conflicts: [{game_id, kind, resource_id, resource_name, other_game_id, starts_at, ends_at}], total}: kind is appointment, hold, '
  'game, block, closed, absence, busy, retired, no_start, no_venue or no_games; schedule_published, schedule_archived, version_conflict.';
grant execute on function public.publish_schedule(uuid, bigint, text) to authenticated, service_role;

create function public.check_publication(schedule_id uuid) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select scheduling.check_publication(schedule_id) $$;
comment on function public.check_publication(uuid) is
  'What is in the way of a schedule''s games now, as publish_schedule would say, while nothing is taken: {conflicts, total, status, version}. Of a published one '
  'what has come between since: absences and closed hours touch no game by themselves. Needs schedules.manage.';
grant execute on function public.check_publication(uuid) to authenticated, service_role;

create function public.unpublish_schedule(schedule_id uuid, expected_version bigint default null, idempotency_key text default null) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select scheduling.unpublish_schedule(schedule_id, expected_version, idempotency_key) $$;
comment on function public.unpublish_schedule(uuid, bigint, text) is
  'A published schedule is a draft again and gives all its time back. Needs schedules.publish. PT409 schedule_not_published, version_conflict.';
grant execute on function public.unpublish_schedule(uuid, bigint, text) to authenticated, service_role;

create function public.keep_schedule_version(
  schedule_id uuid, note text default null, expected_version bigint default null, idempotency_key text default null) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select scheduling.save_version(schedule_id, note, expected_version, idempotency_key) $$;
comment on function public.keep_schedule_version(uuid, text, bigint, text) is
  'Keeps the games of a schedule as they stand as its next version, which never changes. Needs schedules.manage.';
grant execute on function public.keep_schedule_version(uuid, text, bigint, text) to authenticated, service_role;

create function public.diff_schedule_versions(schedule_id uuid, from_version integer default null, to_version integer default null) returns jsonb
language sql stable security invoker
set search_path = ''
as $$ select scheduling.diff_versions(schedule_id, from_version, to_version) $$;
comment on function public.diff_schedule_versions(uuid, integer, integer) is
  'What is different between two versions, or a version and what stands (null): {added, removed, changed: [{id, fields, before, after}], unchanged}. '
  'Needs schedules.read.';
grant execute on function public.diff_schedule_versions(uuid, integer, integer) to authenticated, service_role;

create function public.restore_schedule_version(
  schedule_id uuid, number integer, expected_version bigint default null, idempotency_key text default null) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select scheduling.restore_version(schedule_id, number, expected_version, idempotency_key) $$;
comment on function public.restore_schedule_version(uuid, integer, bigint, text) is
  'Makes a schedule''s games those of a version, but for what has been played since, and keeps that as a new version; before, what stood, if no version has it. Of a published schedule '
  'the claims follow whole or not at all, and games that the version has not are cancelled. Permissions and refusals as put_games.';
grant execute on function public.restore_schedule_version(uuid, integer, bigint, text) to authenticated, service_role;

create function public.add_schedule_constraint(
  schedule_id uuid, rule jsonb, expected_version bigint default null, idempotency_key text default null) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select scheduling.add_constraint(schedule_id, rule, expected_version, idempotency_key) $$;
comment on function public.add_schedule_constraint(uuid, jsonb, bigint, text) is
  'Adds a constraint: {type, params, hard, name, weight (1), active (true)}. params fit the schema of the type (constraint_types). Needs '
  'schedules.manage. PT422 invalid_constraint {faults: [{path, message}], total}, PT409 too_many_constraints.';
grant execute on function public.add_schedule_constraint(uuid, jsonb, bigint, text) to authenticated, service_role;

create function public.update_schedule_constraint(constraint_id uuid, changes jsonb, expected_version bigint default null) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select scheduling.update_constraint(constraint_id, changes, expected_version) $$;
comment on function public.update_schedule_constraint(uuid, jsonb, bigint) is
  'Changes name, params, hard, weight or active; whether it is broken is then to be measured anew. Needs schedules.manage. PT409 version_conflict.';
grant execute on function public.update_schedule_constraint(uuid, jsonb, bigint) to authenticated, service_role;

create function public.delete_schedule_constraint(constraint_id uuid, expected_version bigint default null) returns void
language sql volatile security invoker
set search_path = ''
as $$ select scheduling.delete_constraint(constraint_id, expected_version) $$;
comment on function public.delete_schedule_constraint(uuid, bigint) is 'Deletes a constraint. Needs schedules.manage. PT409 version_conflict.';
grant execute on function public.delete_schedule_constraint(uuid, bigint) to authenticated, service_role;
