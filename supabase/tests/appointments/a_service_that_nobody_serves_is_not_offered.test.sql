begin;
set local search_path = extensions;
select plan(4);

select tests.create_clinic();
select tests.offer_service('Idea');
select tests.offer_service('Impossible', all_of => array['Ann'], any_of => array['Ann']);
select tests.create_resource('Spare');
select tests.offer_service('Orphan', any_of => array['Spare']);
delete from public.resources where name = 'Spare';

select tests.authenticate_as('customer');
select is_empty(
  $$
    select s.name, a from unnest(array['Idea', 'Impossible', 'Orphan']) as s(name),
      public.available_slots(tests.service_id(s.name), tests.day_at(2, '00:00'), tests.day_at(3, '00:00')) a
  $$,
  'without resources, without one to choose, without any left, nothing is offered'
);
select is_empty(
  $$
    select s.name, r from unnest(array['Idea', 'Impossible', 'Orphan']) as s(name),
      tests.refusal(format('select public.book_appointment(%L, %L)', tests.service_id(s.name), tests.day_at(2, '10:00'))) r
    where r #>> '{detail,reason}' is distinct from 'closed'
  $$,
  'and nothing can be booked'
);
select tests.clear_authentication();
select tests.offer_service('Half', any_of => array['Bob'], all_of => array['Room']);
update public.service_groups set rule = 'all' where name = 'any_group';
delete from public.service_group_members where resource_id = tests.resource_id('Room') and service_id = tests.service_id('Half');
select tests.authenticate_as('customer');
select is_empty(
  $$ select * from public.available_slots(tests.service_id('Half'), tests.day_at(2, '00:00'), tests.day_at(3, '00:00')) $$,
  'a group that has lost its last member is not done without'
);
select isnt(
  tests.refusal(format('select public.book_appointment(%L, %L)', tests.service_id('Half'), tests.day_at(2, '10:00'))), null, 'nor when booking'
);

select * from finish();
rollback;
