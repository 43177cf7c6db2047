begin;
select plan(4);

select isnt_empty($$ select from public.constraint_types where type = 'consecutive_games' $$, 'the catalogue is there');

select lives_ok(
  $$ select core.check_schema(t.schema) from public.constraint_types t $$,
  'each schema has only keywords that are checked');

select is_empty(
  $$ select t.type, f.path, f.message
     from public.constraint_types t, core.schema_faults(t.schema, t.example -> 'params') f $$,
  'each example fits its schema');

select is_empty(
  $$ select t.type from public.constraint_types t
     where not exists (
       select from core.schema_faults(t.schema, (t.example -> 'params') || '{"nonsense": 1}') f) $$,
  'what is not known to a type is refused');

select * from finish();
rollback;
