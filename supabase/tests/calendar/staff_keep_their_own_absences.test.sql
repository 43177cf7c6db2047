begin;
set local search_path = extensions;
select plan(8);

select tests.create_clinic();
select set_config('test.bobs', tests.value_as('desk', format('select public.add_absence(%L, %L, %L, %L) ->> %L',
  tests.resource_id('Bob'), tests.day_at(2, '09:00'), tests.day_at(3, '09:00'), 'therapy', 'id')), true);

select tests.authenticate_as('ann');
select lives_ok(
  $$
    select set_config('test.anns',
      public.add_absence(tests.resource_id('Ann'), tests.day_at(2, '12:00'), tests.day_at(2, '13:00'), 'lunch') ->> 'id', true)
  $$,
  'staff take time off their own calendar'
);
select lives_ok(
  $$ select public.import_busy_times(tests.resource_id('Ann'), 'google', '[{"external_id": "1", "starts_at": "2030-01-01T10:00Z", "ends_at": "2030-01-01T11:00Z"}]') $$,
  'and bring their private calendar in'
);
select throws_ok(
  $$ select public.remove_absence(current_setting('test.bobs')::uuid) $$, 'PT403', 'permission_denied', 'not back from a colleague'
);
select throws_ok(
  $$ select public.add_absence(tests.resource_id('Ann'), tests.day_at(2, '13:00'), tests.day_at(2, '13:00')) $$,
  'PT422', 'invalid_input', 'an absence lasts'
);
select throws_ok(
  $$ select public.remove_absence(gen_random_uuid()) $$, 'PT404', 'not_found', 'one that never was cannot be taken back'
);
select lives_ok($$ select public.remove_absence(current_setting('test.anns')::uuid) $$, 'their own can');

select tests.authenticate_as('outsider');
select is(
  tests.refusal($$ select public.remove_absence(current_setting('test.bobs')::uuid) $$) - 'detail',
  '{"status": "PT404", "code": "not_found"}', 'an outsider is told what they are told of one that never was'
);
select tests.clear_authentication();
delete from public.memberships where user_id = tests.get_supabase_uid('ann');
select tests.authenticate_as('ann');
select throws_ok(
  $$ select public.add_absence(tests.resource_id('Ann'), tests.day_at(2, '12:00'), tests.day_at(2, '13:00')) $$,
  'PT404', 'not_found', 'and whoever has left the organization keeps no calendar there'
);

select * from finish();
rollback;
