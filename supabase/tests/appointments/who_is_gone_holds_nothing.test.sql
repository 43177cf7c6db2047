begin;
set local search_path = extensions;
select plan(5);

select tests.create_clinic();
select tests.offer_service('Class', '{"seats": 5, "maximum_party": 3}', all_of => array['Ann']);
select tests.offer_service('Consultation', all_of => array['Bob']);
select tests.hold('Class', tests.day_at(2, '10:00'), party => 3), tests.hold('Class', tests.day_at(2, '11:00')), tests.hold('Consultation', tests.day_at(2, '10:00'));
select tests.hold('Class', tests.day_at(2, '12:00'), 'neighbour'), tests.hold('Consultation', tests.day_at(2, '12:00'), 'neighbour');
select tests.book('Class', tests.day_at(2, '10:00'), 'neighbour');
delete from auth.users where id = tests.get_supabase_uid('customer');

select is((select count(*)::int from public.holds where starts_at < tests.day_at(2, '12:00')), 0, 'with an account its holds are gone');
select is((select seats_taken from public.group_sessions where starts_at = tests.day_at(2, '10:00')), 1, 'and the seats of a session are given back');
select is((select status from public.group_sessions where starts_at = tests.day_at(2, '11:00')), 'cancelled', 'one that nobody else attends ends');
select is((select count(*)::int from calendar.claims where kind = 'hold' and lower(during) < tests.day_at(2, '12:00')), 0, 'and so is the time that was held');
select ok(tests.is_offered('Consultation', tests.day_at(2, '10:00')), 'which is offered again');

select * from finish();
rollback;
