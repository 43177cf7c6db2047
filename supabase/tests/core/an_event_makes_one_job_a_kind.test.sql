begin;
set local search_path = extensions;
select plan(4);

select core.register_queue('tests', 'tests');
select isnt(core.enqueue('tests', 'a', '{}', now(), '00000000-0000-4000-8000-000000000001'), null, 'the first is put in');
select is(core.enqueue('tests', 'a', '{}', now(), '00000000-0000-4000-8000-000000000001'), null, 'the same is not');
select isnt(core.enqueue('tests', 'b', '{}', now(), '00000000-0000-4000-8000-000000000001'), null, 'another kind of work is');
select throws_ok($$ select core.enqueue('nowhere', 'a', '{}') $$, '23503', null, 'a queue must be registered');

select * from finish();
rollback;
