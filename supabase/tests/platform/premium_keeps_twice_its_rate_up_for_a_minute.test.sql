begin;
set local search_path = extensions;
select plan(4);

-- The arithmetic of a bucket at twice its rate, by the row that is in force: the burst is what a minute takes beyond what
-- the minute gives back.
create temporary table premium as select * from core.rate_tiers where name = 'premium';

select is((select max_requests from premium), 10000, 'ten thousand a minute');
select is((select (burst + max_requests * 60 / period_seconds) from premium), 20000, 'twice that in the first minute');
select is((core.take_token('p', 10000, 60, 10000, 10000)).remaining, 0, 'all of the burst at once');
select is((core.take_token('p', 10000, 60, 10000, 5000)).allowed, false, 'and not half as many more before they came back');

select * from finish();
rollback;
