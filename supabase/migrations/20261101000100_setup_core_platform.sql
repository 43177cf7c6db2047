-- The ground every domain stands on: extensions, schemas, privileges, and the small functions all commands share.
--
-- Runs as a role that is no superuser. Nothing is granted that is not written out: what a role may execute or read
-- stands on the line after the object.

-- extensions ---------------------------------------------------------------------------------------------------------

create extension if not exists btree_gist with schema extensions;
create extension if not exists cube with schema extensions;
create extension if not exists pgcrypto with schema extensions;

-- Asked by what they provide, not by name: a platform may bring the same interface without the extension.
do $$
begin
  if to_regclass('vault.secrets') is null then
    create extension supabase_vault cascade;
  end if;
  if to_regclass('cron.job') is null then
    create extension pg_cron with schema pg_catalog;
  end if;
  if to_regnamespace('net') is null then
    create extension pg_net with schema extensions;
  end if;
end;
$$;

-- privileges ---------------------------------------------------------------------------------------------------------

-- PUBLIC's right to execute new functions is built in, so it can only be revoked without naming a schema.
alter default privileges revoke execute on functions from public;

-- Older hosted projects grant everything new in `public` to the API roles. We grant by name.
alter default privileges in schema public revoke all on tables from anon, authenticated, service_role;
alter default privileges in schema public revoke all on sequences from anon, authenticated, service_role;
alter default privileges in schema public revoke all on functions from anon, authenticated, service_role;

create schema core;
comment on schema core is 'Organizations, access, event log, jobs, audit. Not exposed by the API.';
grant usage on schema core to anon, authenticated, service_role;

create schema calendar;
comment on schema calendar is 'The calendar kernel: resources, open hours, claims, free time. Not exposed by the API.';
grant usage on schema calendar to anon, authenticated, service_role;

create schema appointments;
comment on schema appointments is 'Booking: the commands behind services and appointments. Not exposed by the API.';
grant usage on schema appointments to anon, authenticated, service_role;

-- values -------------------------------------------------------------------------------------------------------------

-- The small functions are plpgsql where commands call them: its plans are kept for the session. A function in language
-- sql that sets its search_path cannot be inlined and is planned anew by each statement (30 to 60 µs against 3).

create function core.uuid_v7() returns uuid
language plpgsql volatile parallel safe
set search_path = ''
as $$
declare
  micros bigint := extract(epoch from clock_timestamp()) * 1000000;
begin
  -- 48 bits of milliseconds, the version, the rest of the microseconds in 12 bits (method 3 of section 6.2: two of one
  -- session ascend), and the rest of a random v4. As text: 5 µs, by bytes and bits 10.
  return (
    lpad(to_hex(micros / 1000), 12, '0')
    || '7'
    || lpad(to_hex((micros % 1000) * 4096 / 1000), 3, '0')
    || substr(gen_random_uuid()::text, 19)
  )::uuid;
end;
$$;
comment on function core.uuid_v7() is 'A time-ordered uuid (RFC 9562, version 7), to the microsecond.';
grant execute on function core.uuid_v7() to anon, authenticated, service_role;

create function core.uuid_or_null(value text) returns uuid
language plpgsql immutable strict parallel safe
set search_path = ''
as $$
begin
  if value ~* '^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$' then
    return value::uuid;
  end if;
  return null;
end;
$$;
comment on function core.uuid_or_null(text) is 'The uuid a client sent, or null when it is none: never an error.';
grant execute on function core.uuid_or_null(text) to anon, authenticated, service_role;

create function core.traceparent_or_null(value text) returns text
language plpgsql immutable strict parallel safe
set search_path = ''
as $$
begin
  if value ~ '^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$' and value !~ '^ff|-0{32}-|-0{16}-' then
    return value;
  end if;
  return null;
end;
$$;
comment on function core.traceparent_or_null(text) is
  'The trace context a client sent (W3C Trace Context, level 1), or null when it is none: never an error.';
grant execute on function core.traceparent_or_null(text) to anon, authenticated, service_role;

create function core.is_time_zone(name text) returns boolean
language plpgsql immutable strict parallel unsafe
set search_path = ''
as $$
begin
  -- Postgres also takes POSIX rules ("Mars/Base3") and abbreviations ("EST") for zones. Rules need a digit,
  -- abbreviations have no slash.
  if name <> 'UTC' and name !~ '^[A-Z][A-Za-z_]+(/[A-Z][A-Za-z_-]+){1,2}$' and name !~ '^Etc/GMT(\+([0-9]|1[0-2])|-([0-9]|1[0-4]))$' then
    return false;
  end if;
  perform timestamptz 'epoch' at time zone name;
  return true;
exception when invalid_parameter_value then
  return false;
end;
$$;
comment on function core.is_time_zone(text) is
  'Whether this is an IANA time zone name. Declared immutable for check constraints: zones are added, never taken away.';
grant execute on function core.is_time_zone(text) to anon, authenticated, service_role;

create function core.raise_error(status int, code text, hint text, detail jsonb default '{}') returns void
language plpgsql volatile
set search_path = ''
as $$
begin
  raise exception using
    errcode = 'PT' || status,
    message = code,
    detail = coalesce(detail, '{}')::text,
    hint = hint;
end;
$$;
comment on function core.raise_error(int, text, text, jsonb) is
  'Refuses a command: the HTTP status, a stable code, a sentence for a person and a small JSON detail.';
grant execute on function core.raise_error(int, text, text, jsonb) to anon, authenticated, service_role;

-- the caller ---------------------------------------------------------------------------------------------------------

create function core.actor_id() returns uuid
language plpgsql stable parallel safe
set search_path = ''
as $$ begin return auth.uid(); end $$;
comment on function core.actor_id() is 'The signed-in user, or null. What goes into events and audit is core.acting_id().';
grant execute on function core.actor_id() to anon, authenticated, service_role;

create function core.is_service() returns boolean
language plpgsql stable parallel safe
set search_path = ''
as $$ begin return coalesce(auth.role() = 'service_role', false); end $$;
comment on function core.is_service() is 'Whether the caller holds a secret key.';
grant execute on function core.is_service() to anon, authenticated, service_role;

create function core.is_super_admin() returns boolean
language plpgsql stable parallel safe
set search_path = ''
as $$ begin return coalesce(auth.jwt() -> 'app_metadata' ->> 'role' = 'super_admin', false); end $$;
comment on function core.is_super_admin() is
  'Whether the caller runs the platform: app_metadata, which users cannot write.';
grant execute on function core.is_super_admin() to anon, authenticated, service_role;

create function core.actor_kind() returns text
language plpgsql stable parallel safe
set search_path = ''
as $$
begin
  if auth.uid() is not null then
    return 'user';
  elsif auth.role() = 'service_role' then
    return 'service';
  end if;
  return coalesce((core.acting_credential()).kind, case auth.role() when 'anon' then 'guest' else 'system' end);
end;
$$;
comment on function core.actor_kind() is
  'Who acts: user (signed in), api_key, service, guest, or system (cron, migrations). A service has an id where it is a registered '
  'one that shows its token, none where it holds a secret key of the project.';
grant execute on function core.actor_kind() to anon, authenticated, service_role;

create function core.request_headers() returns jsonb
language plpgsql stable parallel safe
set search_path = ''
as $$ begin return coalesce(nullif(current_setting('request.headers', true), '')::jsonb, '{}'); end $$;
comment on function core.request_headers() is
  'The HTTP headers of this request, names in lower case; empty outside of one.';
grant execute on function core.request_headers() to anon, authenticated, service_role;

create function core.require_service() returns void
language plpgsql stable
set search_path = ''
as $$
begin
  if not core.is_service() then
    perform core.raise_error(403, 'permission_denied', 'Only a service may do this.', '{"permission": "service"}');
  end if;
end;
$$;
comment on function core.require_service() is 'Refuses everyone who does not hold a secret key.';
grant execute on function core.require_service() to anon, authenticated, service_role;

create function core.secret(name text) returns text
language sql stable security definer
set search_path = ''
as $$ select s.decrypted_secret from vault.decrypted_secrets s where s.name = secret.name $$;
comment on function core.secret(text) is 'A secret from Vault, for commands only: no role is granted it.';

do $$
begin
  if not exists (select from vault.secrets s where s.name = 'guest_link_key') then
    perform vault.create_secret(encode(extensions.gen_random_bytes(32), 'hex'), 'guest_link_key',
      'Signs the links by which guests manage their bookings. Changing it revokes them all.');
  end if;
end;
$$;

-- partitions ---------------------------------------------------------------------------------------------------------

-- Who waits for a lock on a partitioned table makes everyone after them wait too: better to fail and try again later.
create function core.attach_month(parent regclass, partition regclass, first_day date) returns void
language plpgsql volatile
set search_path = ''
set lock_timeout = '1s'
as $$
declare
  key_column name;
  default_partition regclass;
  early boolean;
  begins timestamptz := first_day::timestamp at time zone 'UTC';
  ends timestamptz := (first_day + interval '1 month') at time zone 'UTC';
begin
  select a.attname, nullif(p.partdefid, 0)::regclass into key_column, default_partition
  from pg_catalog.pg_partitioned_table p
  join pg_catalog.pg_attribute a on a.attrelid = p.partrelid and a.attnum = p.partattrs[0]
  where p.partrelid = parent;
  if default_partition is not null then
    execute format('select exists (select from %s where %I >= $1 and %I < $2)', default_partition, key_column, key_column)
      into early using begins, ends;
  end if;
  -- What was written before its month existed is in the default partition. It moves while that is detached: its
  -- triggers are off then, an append-only table's too.
  if early then
    execute format('alter table %s detach partition %s', parent, default_partition);
  end if;
  execute format('alter table %s attach partition %s for values from (%L) to (%L)', parent, partition, begins, ends);
  if early then
    execute format(
      'with moved as (delete from %s where %I >= $1 and %I < $2 returning *) insert into %s overriding system value select * from moved',
      default_partition, key_column, key_column, parent) using begins, ends;
    execute format('alter table %s attach partition %s default', parent, default_partition);
  end if;
end;
$$;
comment on function core.attach_month(regclass, regclass, date) is
  'Attaches a partition for the UTC month that begins with a day, and moves the rows there that came before it. 55P03 '
  'when a long transaction is in the way for more than a second.';

create function core.ensure_month_partitions(parent regclass, partition_schema text, months_ahead int) returns int
language plpgsql volatile
set search_path = ''
as $$
declare
  parent_name text := (select c.relname from pg_catalog.pg_class c where c.oid = parent);
  this_month date := date_trunc('month', now() at time zone 'UTC');
  month date;
  partition_name text;
  created int := 0;
begin
  for ahead in 0..months_ahead loop
    month := this_month + make_interval(months => ahead);
    partition_name := format('%I.%I', partition_schema, parent_name || to_char(month, '_YYYY_MM'));
    continue when to_regclass(partition_name) is not null;
    -- Made apart and attached: reads and writes of the parent go on, only the empty default partition is locked.
    execute format('create table %s (like %s including defaults including constraints)', partition_name, parent);
    execute format('alter table %s enable row level security', partition_name);
    perform core.attach_month(parent, partition_name::regclass, month);
    created := created + 1;
  end loop;
  return created;
end;
$$;
comment on function core.ensure_month_partitions(regclass, text, int) is
  'Makes the partitions <schema>.<table>_YYYY_MM of this month and the months ahead (UTC months); returns how many were missing.';
