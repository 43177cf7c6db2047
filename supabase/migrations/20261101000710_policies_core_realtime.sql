-- Who may join which private Realtime channel.
--
-- Topics org:<organization>:<domain> are for members with the permission <domain>.read, whatever the domain. Topics
-- <aggregate>:<id> are for whom the aggregate's own domain says, by a policy of its own. Nobody may send: only
-- core.append_event does.

create function core.can_read_topic(topic text) returns boolean
language plpgsql stable security definer
set search_path = ''
as $$
declare
  part text[] := string_to_array(topic, ':');
  id uuid := core.uuid_or_null(part[2]);
begin
  -- A topic is whatever the client wrote: one of another shape is nobody's, not an error.
  return coalesce(
    case
      when id is null then false
      when part[1] = 'org' and cardinality(part) = 3 then core.has_permission(id, part[3] || '.read')
      when part[1] = 'organization' and cardinality(part) = 2 then core.has_permission(id, 'organization.read')
      when part[1] = 'profile' and cardinality(part) = 2 then id = auth.uid()
    end,
    false);
end;
$$;
comment on function core.can_read_topic(text) is
  'Whether the caller may listen to this topic of an organization, or of their own profile.';
grant execute on function core.can_read_topic(text) to authenticated;

create policy "Members hear what their permissions let them read" on realtime.messages
  for select to authenticated using (
    extension = 'broadcast' and core.can_read_topic((select realtime.topic()))
  );
