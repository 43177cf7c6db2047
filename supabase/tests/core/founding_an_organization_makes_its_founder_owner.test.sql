begin;
set local search_path = extensions;
select plan(8);

select tests.create_supabase_user('founder');
select tests.as_anon();
select throws_ok(
  $$ select public.create_organization('Clinic', 'clinic', 'clinic', 'Europe/Berlin') $$,
  '42501', null,
  'a guest cannot found an organization'
);

select tests.authenticate_as('founder');
select lives_ok(
  $$ select public.create_organization('Clinic', 'clinic', 'clinic', 'Europe/Berlin', 'eu') $$,
  'a user can'
);
select results_eq(
  $$ select o.name, o.slug, o.kind, o.time_zone, o.region, o.listed, m.role
     from public.organizations o join public.memberships m on m.organization_id = o.id $$,
  $$ values ('Clinic', 'clinic', 'clinic', 'Europe/Berlin', 'eu', false, 'owner') $$,
  'and finds themselves its owner'
);
select throws_ok(
  $$ select public.create_organization('Other', 'clinic', 'clinic', 'Europe/Berlin') $$,
  'PT409', 'slug_taken',
  'a slug is taken once'
);
select throws_ok(
  $$ select public.create_organization('Other', 'other', 'clinic', 'Mars/Base') $$,
  'PT422', 'invalid_input',
  'the time zone must exist'
);
select throws_ok(
  $$ select public.create_organization('Other', 'Not A Slug', 'clinic', 'Europe/Berlin') $$,
  'PT422', 'invalid_input',
  'the slug must be a URL segment'
);
select throws_ok(
  $$ insert into public.organizations (name, slug, kind, time_zone) values ('Other', 'other', 'clinic', 'UTC') $$,
  '42501', null,
  'nobody writes the table itself'
);
select is((select count(*) from public.memberships), 1::bigint, 'the refused ones left nothing');

select * from finish();
rollback;
