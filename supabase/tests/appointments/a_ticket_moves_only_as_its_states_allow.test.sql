begin;
set local search_path = extensions;
select plan(50);

select tests.create_clinic();
select tests.create_queue(counters => 1);

-- A ticket in a state, made by the commands that lead there.
create function pg_temp.ticket_in(state text) returns uuid
language plpgsql as $$
declare
  id uuid := tests.join_queue();
begin
  if state = 'left' then
    perform tests.on_ticket('leave_queue', id);
  elsif state <> 'waiting' then
    perform tests.call_next();
    if state in ('serving', 'done') then perform tests.on_ticket('serve_ticket', id); end if;
    if state = 'done' then perform tests.on_ticket('finish_ticket', id); end if;
    if state = 'no_show' then perform tests.on_ticket('miss_ticket', id); end if;
  end if;
  return id;
end $$;
-- Whatever is still in line or at the counter goes, so that the next has them free.
create function pg_temp.clear_line() returns void
language plpgsql as $$
begin
  perform tests.on_ticket('leave_queue', t.id) from public.tickets t where t.status in ('waiting', 'called');
  perform tests.on_ticket('finish_ticket', t.id) from public.tickets t where t.status = 'serving';
end $$;
create function pg_temp.outcome(state text, command text) returns text
language plpgsql as $$
declare
  id uuid := pg_temp.ticket_in(state);
  refused jsonb;
begin
  refused := tests.refusal(format('select tests.on_ticket(%L, %L)', command, id));
  perform pg_temp.clear_line();
  return coalesce(refused ->> 'code', 'ok');
end $$;

create temporary table allowed (command text, states text[]);
insert into allowed values
  ('recall_ticket', '{called}'), ('serve_ticket', '{called}'), ('miss_ticket', '{called}'), ('finish_ticket', '{serving}'),
  ('leave_queue', '{waiting,called}'), ('reopen_ticket', '{no_show,left}'), ('arrive_ticket', '{waiting}');
select is(
  pg_temp.outcome(s, a.command), case when s = any (a.states) then 'ok' else 'invalid_transition' end, format('%s from %s', a.command, s)
)
from allowed a, unnest(array['waiting', 'called', 'serving', 'done', 'no_show', 'left']) s;

select throws_ok(
  format('update public.tickets set status = %L where id = %L', s, pg_temp.ticket_in('done')), '23514', null, 'the table refuses done to ' || s || ' too'
)
from unnest(array['waiting', 'called', 'serving', 'no_show', 'left']) s;
select throws_ok(
  format('update public.tickets set status = %L where id = %L', 'done', pg_temp.ticket_in('waiting')), '23514', null, 'and waiting to done'
);
select pg_temp.clear_line();
select tests.call_next() from (select tests.join_queue(), tests.join_queue()) x;
select throws_ok(
  format($$ update public.tickets set status = 'called', called_at = now(), counter_id = %L where status = 'waiting' $$, tests.counter_id()),
  '23505', null, 'two at one counter are refused by the index'
);
select throws_ok(
  $$ insert into public.tickets (organization_id, queue_id, ticket_type_id, issued_by, day, number, label, status)
     select organization_id, queue_id, ticket_type_id, issued_by, day, number, label, 'waiting' from public.tickets limit 1 $$,
  '23505', null, 'and a number that was given'
);

select * from finish();
rollback;
