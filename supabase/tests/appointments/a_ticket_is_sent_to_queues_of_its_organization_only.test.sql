begin;
set local search_path = extensions;
select plan(3);

select tests.create_clinic();
select tests.create_queue();
select tests.value_as('outsider', format('select public.create_queue(%L, %L)', tests.organization_id('bank'), '{"name": "Bank line"}'));
select tests.offer_service('Consultation', any_of => array['Ann']);
select set_config('test.ticket', tests.join_queue()::text, true), set_config('test.appointment', tests.book('Consultation', tests.day_at(2, '10:00'))::text, true);
create function pg_temp.told(target uuid) returns text
language plpgsql as $$
declare
  hint text;
begin
  perform public.transfer_ticket(current_setting('test.ticket')::uuid, target);
  return 'done';
exception when others then
  get stacked diagnostics hint = pg_exception_hint;
  return hint;
end $$;

select tests.authenticate_as('desk');
select is(pg_temp.told(tests.queue_id('Bank line')), 'There is no such queue.', 'the queue of another organization is none');
select is(pg_temp.told(gen_random_uuid()), 'There is no such queue.', 'as an id that never was');
select is(pg_temp.told(current_setting('test.appointment')::uuid), 'There is no such queue.', 'nor does the answer tell what else there is');

select * from finish();
rollback;
