begin;
set local search_path = extensions;
select plan(3);

select tests.create_clinic();
select tests.offer_service('Full', any_of => array['Ann']), tests.offer_service('Free', any_of => array['Bob']);
select tests.value_as('owner', format('select public.add_absence(%L, %L, %L) ->> %L', tests.resource_id('Ann'), tests.day_at(0, '00:00'), tests.day_at(300, '00:00'), 'id'));

-- More guests than one run looks at wait for what never comes free, and were here first.
insert into public.waitlist_entries (organization_id, service_id, guest_name, guest_email, during, created_at)
select tests.organization_id(), tests.service_id('Full'), 'Guest ' || n, 'guest@example.com', tstzrange(tests.day_at(2, '10:00'), tests.day_at(2, '11:00')),
  now() - interval '1 hour'
from generate_series(1, 1100) n;
select set_config('test.entry', tests.wait_for('Free', tests.day_at(2, '10:00'))::text, true);

-- Which service is looked at first differs from one run to the next.
create function pg_temp.offers(runs int) returns int
language plpgsql as $$
declare
  made int := 0;
begin
  for run in 1..runs loop
    made := made + appointments.offer_next();
    exit when made > 0;
  end loop;
  return made;
end $$;
select is(pg_temp.offers(20), 1, 'what is free is found for who waits for it');
select is((select status from public.waitlist_entries where id = current_setting('test.entry')::uuid), 'offered', 'and offered to them');

select tests.wait_for('Free', tests.day_at(2, '12:00'), 'neighbour');
select tests.wait_for('Free', tests.day_at(2, '12:00'), 'desk');
select pg_temp.offers(20);
select is((select array_agg(status order by created_at, id) from public.waitlist_entries where service_id = tests.service_id('Free')),
  array['offered', 'offered', 'waiting'], 'within a service who came first is first');

select * from finish();
rollback;
