begin;
set local search_path = extensions;
select plan(4);

create temporary table ids (n int, id uuid);
do $$
begin
  for n in 1..20 loop
    insert into ids values (n, core.uuid_v7());
    perform pg_sleep(0.002);
  end loop;
end;
$$;
select results_eq('select n from ids order by id', 'select n from ids order by n', 'ids made later sort later');
create temporary table quick as select n, core.uuid_v7() as id from generate_series(1, 1000) n;
-- The clock of a database in a browser's runtime tells no more than milliseconds.
select ok(
  (select count(distinct clock_timestamp()) < 500 from generate_series(1, 1000))
    or (select bool_and(later) from (select id > lag(id) over (order by n) as later from quick) q),
  'in one session those of the same millisecond too'
);
select ok((select bool_and(id::text ~ '^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$') from ids), 'they are version 7, variant 1');
select ok(
  (select abs(extract(epoch from clock_timestamp()) * 1000 - ('x' || lpad(left(replace(max(id::text), '-', ''), 12), 16, '0'))::bit(64)::bigint) < 60000 from ids),
  'and begin with the time in milliseconds'
);

select * from finish();
rollback;
