begin;
set local search_path = extensions;
select plan(3);

select tests.create_clinic();
select tests.create_resource('Class', 'venue', capacity => 10);
select tests.offer_service('Consultation', all_of => array['Class']);
create temporary table guests (guest text, accepted boolean);
insert into guests values
  ('{"name": "Gus", "email": "gus@x.co"}', true), ('{"name": "Gus", "phone": "+49 30 123"}', true),
  ('{"name": "Gus"}', false), ('{"email": "gus@x.co"}', false), ('{"name": " ", "email": "gus@x.co"}', false),
  ('{"name": "Gus", "email": "gus"}', false), ('{"name": "Gus", "email": ""}', false), ('{"name": "Gus", "phone": " "}', false),
  ('{"name": "Gus", "phone": "1", "email": "a@b"}', false), ('[]', false), ('"Gus"', false), ('null', false), ('{}', false);
grant select on guests to anon;

select tests.as_anon();
select is_empty(
  $$
    select guest, r from guests, tests.refusal(format(
      'select public.book_appointment(%L, %L, guest => %L)', tests.service_id('Consultation'), tests.day_at(2, '10:00'), guest)) r
    where not accepted and (r ->> 'status' is distinct from 'PT422' or r #>> '{detail,field}' is distinct from 'guest')
  $$,
  'who cannot be reached cannot book'
);
select is_empty(
  $$
    select guest, r from guests, tests.refusal(format(
      'select public.book_appointment(%L, %L, guest => %L)', tests.service_id('Consultation'), tests.day_at(2, '10:00'), guest)) r
    where accepted and r is not null
  $$,
  'who can be, can'
);
select is(
  tests.refusal(format('select public.book_appointment(%L, %L)', tests.service_id('Consultation'), tests.day_at(2, '10:00'))) - 'detail',
  '{"status": "PT401", "code": "not_authenticated"}', 'and nobody books as nobody'
);

select * from finish();
rollback;
