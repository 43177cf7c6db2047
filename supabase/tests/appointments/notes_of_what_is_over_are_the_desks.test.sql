begin;
set local search_path = extensions;
select plan(6);

select tests.create_clinic();
select tests.offer_service('Consultation', any_of => array['Ann']);
select set_config('test.id', tests.book('Consultation', tests.day_at(2, '10:00'))::text, true);
create function pg_temp.note(text text) returns text
language sql as $$
  select concat_ws(' ', r ->> 'status', r ->> 'code')
  from tests.refusal(format('select public.update_appointment(%L, %L)', current_setting('test.id'), text)) r
$$;

select tests.authenticate_as('customer');
select is(pg_temp.note('first visit'), '', 'a customer writes a note beforehand');
select tests.value_as('desk', format('select public.fulfil_appointment(%L)', current_setting('test.id')));
select tests.value_as('ann', format('select public.update_appointment(%L, %L)', current_setting('test.id'), 'seen, come back in May'));
select is(pg_temp.note(''), 'PT409 invalid_transition', 'once it took place they cannot wipe what was noted');
select is(public.get_appointment(current_setting('test.id')::uuid) ->> 'notes', 'seen, come back in May', 'though they read it');
select tests.authenticate_as('desk');
select is(pg_temp.note('seen, come back in June'), '', 'staff go on writing');

select tests.clear_authentication();
select set_config('test.id', tests.book('Consultation', tests.day_at(2, '11:00'))::text, true);
select tests.authenticate_as('customer');
select is(public.cancel_appointment(current_setting('test.id')::uuid) ->> 'status', 'cancelled', 'and of what was cancelled');
select is(pg_temp.note('sorry'), 'PT409 invalid_transition', 'the customer has no more to say');

select * from finish();
rollback;
