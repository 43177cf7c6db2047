begin;
set local search_path = extensions;
select plan(12);

select tests.create_clinic();
select tests.offer_service('Consultation', any_of => array['Ann']);
select tests.create_resource('Teller', slug => 'bank');
select tests.offer_service('Advice', any_of => array['Teller'], slug => 'bank');
select set_config('test.id', tests.fulfilled('Consultation', tests.day_at(2, '10:00'))::text, true);
select tests.value_as('customer', format('select public.leave_feedback(%L, 5)', current_setting('test.id')));
select tests.book('Consultation', tests.day_at(2, '11:00')), tests.book('Advice', tests.day_at(2, '12:00')), tests.book('Consultation', tests.day_at(3, '11:00'));
select tests.book('Consultation', tests.day_at(3, '12:00'), 'neighbour');

create function pg_temp.history(organization uuid default null, before timestamptz default null, before_id uuid default null, page int default 50) returns setof text
language sql as $$
  select h.service_name || ' ' || h.status || coalesce(' ' || h.rating, '')
  from public.customer_history(tests.get_supabase_uid('customer'), organization, before, before_id, page) h
$$;
create function pg_temp.code(customer text, organization uuid) returns text
language sql as $$
  select concat_ws(' ', r ->> 'status', r ->> 'code')
  from tests.refusal(format('select * from public.customer_history(%L, %L)', case when customer is not null then tests.get_supabase_uid(customer) end, organization)) r
$$;
select tests.authenticate_as('customer');
select results_eq(
  'select * from pg_temp.history()', array['Consultation booked', 'Advice booked', 'Consultation booked', 'Consultation fulfilled 5'],
  'their own everywhere, newest first, with what they gave'
);
select results_eq('select * from pg_temp.history(tests.organization_id(''bank''))', array['Advice booked'], 'or at one organization');
select results_eq(
  $$
    select p.service_name from public.customer_history(tests.get_supabase_uid('customer'), page_size => 1) h,
      public.customer_history(tests.get_supabase_uid('customer'), null, h.starts_at, h.id, 1) p
  $$,
  array['Advice'], 'the next page goes on where one ended'
);
select is(pg_temp.code('neighbour', null), 'PT422 invalid_input', 'another''s nowhere');
select is(pg_temp.code('neighbour', tests.organization_id()), 'PT403 permission_denied', 'nor at an organization');
select tests.authenticate_as('viewer');
select results_eq(
  'select * from pg_temp.history(tests.organization_id())', array['Consultation booked', 'Consultation booked', 'Consultation fulfilled 5'],
  'members see what was at theirs'
);
select is(pg_temp.code('customer', tests.organization_id('bank')), 'PT403 permission_denied', 'and nothing of elsewhere');
select is(pg_temp.code('customer', null), 'PT422 invalid_input', 'nor of everywhere');
select is(pg_temp.code(null, null), 'PT422 invalid_input', 'nor of nobody');
select tests.authenticate_as('outsider');
select results_eq('select * from pg_temp.history(tests.organization_id(''bank''))', array['Advice booked'], 'the other organization sees its own');
select is(pg_temp.code('customer', tests.organization_id()), 'PT403 permission_denied', 'and not this one''s');
select tests.as_anon();
select throws_ok('select * from public.customer_history(gen_random_uuid())', '42501', null, 'guests have no history');

select * from finish();
rollback;
