begin;
set local search_path = extensions;
select plan(3);

select tests.create_clinic();
select calendar.claim(array[tests.resource_id('Ann')], tstzrange(tests.day_at(2, '10:00'), tests.day_at(2, '11:00')), 'hold', gen_random_uuid());

select throws_ok(
  $$ delete from public.resources where name = 'Ann' $$, 'PT409', 'resource_in_use', 'a resource that is booked cannot be deleted'
);
select throws_ok(
  $$ delete from public.organizations where slug = 'clinic' $$, 'PT409', 'resource_in_use', 'nor the organization around it'
);
select lives_ok($$ delete from public.resources where name = 'Bob' $$, 'one that is not can');

select * from finish();
rollback;
