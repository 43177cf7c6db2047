begin;
set local search_path = extensions;
select plan(4);

select tests.create_league();
create function pg_temp.queue(slug text, made timestamptz) returns void
language sql as $$
  insert into public.imports (organization_id, what, status, wanted, created_at) values (tests.organization_id(slug), 'venues', 'queued', 'check', made)
$$;
create function pg_temp.worked() returns text
language plpgsql as $$
begin
  perform scheduling.work_imports();
  return (select string_agg(o.slug || ' ' || n, ', ' order by o.slug) from (
    select i.organization_id, count(*) as n from public.imports i where i.status = 'failed' group by 1) i join public.organizations o on o.id = i.organization_id);
end $$;

select pg_temp.queue('elsewhere', now() - interval '1 hour') from generate_series(1, 3);
select pg_temp.queue('conference', now());
select is(pg_temp.worked(), 'elsewhere 1', 'who came first is first');
select is(pg_temp.worked(), 'conference 1, elsewhere 1', 'then it is the next one''s turn');
select is(pg_temp.worked(), 'conference 1, elsewhere 2', 'before more of the first');
select is((select count(*) from public.imports where status = 'failed' and checked_at is null), 0::bigint, 'what has failed had its turn');

select * from finish();
rollback;
