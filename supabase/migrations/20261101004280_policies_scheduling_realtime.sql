-- Scheduling, who hears what in Realtime: the topics <aggregate>:<id> of this domain, of a schedule, a game, a run.
-- org:<organization>:schedules is for members with schedules.read, as every domain's.

create function scheduling.may_hear(topic text) returns boolean
language plpgsql stable security definer
set search_path = ''
as $$
declare
  kind text := split_part(topic, ':', 1);
  subject uuid;
  organization uuid;
  published boolean := false;
begin
  if kind not in ('sport', 'season', 'venue', 'team', 'tv_window', 'schedule', 'game', 'schedule_constraint', 'optimization_run') then
    return false;
  end if;
  subject := core.uuid_or_null(substr(topic, length(kind) + 2));
  select s.organization_id into organization from core.streams s where s.aggregate_id = subject;
  if organization is null then
    return false;
  elsif kind = 'schedule' then
    select s.published_at is not null into published from public.schedules s where s.id = subject;
  elsif kind = 'game' then
    select g.published into published from public.games g where g.id = subject;
  else
    published := kind in ('sport', 'season', 'venue', 'team');
  end if;
  return core.has_permission(organization, 'schedules.read')
    or coalesce(published, false) and core.has_permission(organization, 'organization.read');
end;
$$;
comment on function scheduling.may_hear(text) is 'Whether a topic <aggregate>:<id> of this domain is that of something which the caller may read.';
grant execute on function scheduling.may_hear(text) to authenticated;

create policy "those who may read a schedule or a game hear of it" on realtime.messages
  for select to authenticated using (extension = 'broadcast' and (select scheduling.may_hear((select realtime.topic()))));
