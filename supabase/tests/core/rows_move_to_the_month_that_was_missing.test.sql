begin;
set local search_path = extensions;
select plan(5);

create table core.diary (id int, at timestamptz not null) partition by range (at);
create table core.diary_default partition of core.diary default;
create trigger refuse_change before update or delete on core.diary for each row execute function core.refuse_change();
select core.ensure_month_partitions('core.diary', 'core', 1);
insert into core.diary values (1, now() + interval '3 months'), (2, now() + interval '2 years');

select results_eq(
  $$ select tableoid::regclass::text from core.diary $$, array['core.diary_default', 'core.diary_default'],
  'a row whose month is missing waits in the default partition'
);
select is(core.ensure_month_partitions('core.diary', 'core', 4), 3, 'the months that come make room for it');
select is(
  (select tableoid::regclass::text from core.diary where id = 1),
  'core.diary' || to_char((now() + interval '3 months') at time zone 'UTC', '_YYYY_MM'),
  'and it moves there'
);
select is(
  (select tableoid::regclass::text from core.diary where id = 2), 'core.diary_default', 'what is farther away goes on waiting'
);
select throws_ok('delete from core.diary', '42501', 'append_only', 'an append-only table is so again');

select * from finish();
rollback;
