begin;
set local search_path = extensions;
select plan(3);

select is_empty(
  $$ select z from unnest(array['UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires', 'America/Port-au-Prince', 'Etc/GMT+5', 'Asia/Ho_Chi_Minh']) z
     where not core.is_time_zone(z) $$,
  'IANA names are'
);
select is_empty(
  $$ select z from unnest(array['', 'EST', 'Mars/Base', 'Mars/Base3', 'Europe/Berlin5', '+02', 'utc', 'posix/Europe/Berlin', 'Europe/Berlin ', 'GMT+5', 'Etc/GMT+13', 'Etc/GMT-15', 'Etc/GMT+05', null]) z
     where core.is_time_zone(z) $$,
  'abbreviations, POSIX rules, offsets and inventions are not'
);
select is_empty(
  $$ select name from pg_catalog.pg_timezone_names
     where name like '%/%' and name !~ '^(posix|right)/' and name <> 'Etc/GMT0' and not core.is_time_zone(name) $$,
  'every area and place the server knows is'
);

select * from finish();
rollback;
