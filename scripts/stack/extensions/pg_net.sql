-- Stand-in for pg_net: a request is a row that becomes visible at COMMIT. The stack sends it and stores the response.
-- The schema `net` exists.

create sequence net.http_request_queue_id_seq;

create table net.http_request_queue (
  id bigint not null default nextval('net.http_request_queue_id_seq'),
  method text not null check (method in ('GET', 'POST', 'DELETE')),
  url text not null,
  headers jsonb not null default '{}',
  body bytea,
  timeout_milliseconds int not null
);

create table net._http_response (
  id bigint,
  status_code int,
  content_type text,
  headers jsonb,
  content text,
  timed_out boolean,
  error_msg text,
  created timestamptz not null default now()
);
create index on net._http_response (created);

create function net._encode(part text) returns text
language sql immutable
as $$ select replace(replace(replace(replace(part, '%', '%25'), '&', '%26'), ' ', '%20'), '+', '%2B') $$;

create function net._url(url text, params jsonb) returns text
language sql immutable
as $$
  select $1 || coalesce(
    case when position('?' in $1) > 0 then '&' else '?' end
      || string_agg(net._encode(key) || '=' || net._encode(value), '&'),
    '')
  from jsonb_each_text(coalesce($2, '{}'))
$$;

create function net.http_get(
  url text, params jsonb default '{}', headers jsonb default '{}', timeout_milliseconds int default 5000
) returns bigint
language sql security definer set search_path = ''
as $$
  insert into net.http_request_queue (method, url, headers, timeout_milliseconds)
  values ('GET', net._url($1, $2), $3, $4) returning id
$$;

create function net.http_post(
  url text, body jsonb default '{}', params jsonb default '{}',
  headers jsonb default '{"Content-Type": "application/json"}', timeout_milliseconds int default 5000
) returns bigint
language plpgsql security definer set search_path = ''
as $$
declare
  request_id bigint;
  sent jsonb := coalesce(headers, '{}');
begin
  if not exists (select from jsonb_object_keys(sent) name where lower(name) = 'content-type') then
    sent := sent || '{"Content-Type": "application/json"}';
  end if;
  if exists (
    select from jsonb_each_text(sent) where lower(key) = 'content-type' and value !~ '^application/json'
  ) then
    raise exception 'Content-Type header must be "application/json"';
  end if;
  insert into net.http_request_queue (method, url, headers, body, timeout_milliseconds)
  values ('POST', net._url(http_post.url, params), sent, convert_to(http_post.body::text, 'UTF8'),
    http_post.timeout_milliseconds)
  returning id into request_id;
  return request_id;
end;
$$;

create function net.http_delete(
  url text, params jsonb default '{}', headers jsonb default '{}', timeout_milliseconds int default 5000
) returns bigint
language sql security definer set search_path = ''
as $$
  insert into net.http_request_queue (method, url, headers, timeout_milliseconds)
  values ('DELETE', net._url($1, $2), $3, $4) returning id
$$;

grant usage on schema net to anon, authenticated, service_role;
