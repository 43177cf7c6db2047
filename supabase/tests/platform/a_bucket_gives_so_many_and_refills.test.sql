begin;
set local search_path = extensions;
select plan(12);

-- Three a minute: a token comes back each 20 seconds.
select is(
  array(select ((core.take_token('k', 3, 60, 3)).remaining) from generate_series(1, 3)), array[2, 1, 0], 'it counts down'
);
select is((core.take_token('k', 3, 60, 3)).allowed, false, 'and then refuses');
select is(
  (select (d.allowed, d."limit", d.remaining, d.reset, d.retry_after)::text from core.take_token('k', 3, 60, 3) d),
  '(f,3,0,60,20)', 'saying how long it takes until the next and until all are back');
select is((core.take_token('other', 3, 60, 3)).remaining, 2, 'another key has its own');

create temporary table before as select empties_at from core.rate_buckets where key = 'k';
select is((core.take_token('k', 3, 60, 3)).allowed, false, 'a refusal');
select is((select b.empties_at from core.rate_buckets b where b.key = 'k'), (select empties_at from before), 'writes nothing');

update core.rate_buckets set empties_at = empties_at - interval '20 seconds' where key = 'k';
select is((core.take_token('k', 3, 60, 3, peek => true)).allowed, true, 'a token came back');
select is(
  array(select ((core.take_token('k', 3, 60, 3)).allowed) from generate_series(1, 2)), array[true, false], 'one, and looking took none'
);
update core.rate_buckets set empties_at = now() - interval '1 day' where key = 'k';
select is((core.take_token('k', 3, 60, 3)).remaining, 2, 'rest does not add up beyond the burst');

select is((core.take_token('five', 3, 60, 5, 5)).allowed, true, 'a dear request takes several');
update core.rate_buckets set empties_at = now() - interval '1 second' where key = 'other';
select is(core.clear_buckets(), 1, 'full buckets are cleared away');
select set_eq($$ select key from core.rate_buckets $$, array['k', 'five'], 'and no others');

select * from finish();
rollback;
