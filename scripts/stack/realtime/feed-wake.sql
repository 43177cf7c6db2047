-- PGlite only: one session has nobody to wait for NOTIFY's lock at commit, and no idle poll to pay for.

create or replace function realtime.wake_feed()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  perform pg_catalog.pg_notify('realtime_feed', '');
  return null;
end
$$;

create or replace trigger wake_feed after insert on realtime.messages
for each statement execute function realtime.wake_feed();
