begin;
set local search_path = extensions;
select plan(4);

-- Every test's commands are held to it, by tests.fits_the_catalogue: here it is seen to hold them.
select tests.create_organization();
select results_eq(
  $$ select type, (select count(*) from core.schema_faults(t.schema, e.data)) from core.events e
     join public.event_types t using (type) where t.organization_id is null and e.organization_id = tests.organization_id() $$,
  $$ values ('organization.created', 0::bigint) $$,
  'what a command appends fits'
);
update public.event_types set schema = schema || '{"required": ["slug", "kind", "colour"]}' where type = 'organization.created';
select throws_like($$ select tests.create_organization('second') $$, '%organization.created%/colour%is missing%', 'what misses a field does not');
update public.event_types set schema = '{"type": "object", "properties": {"slug": {}}}' where type = 'organization.created';
select throws_like($$ select tests.create_organization('third') $$, '%/kind%is not known here%', 'nor what the catalogue does not tell of');
select lives_ok($$ select core.check_schema(schema) from public.event_types where organization_id is null $$,
  'Almanac''s own schemas are such as could be declared');

select * from finish();
rollback;
