begin;
set local search_path = extensions;
select plan(3);

select tests.create_clinic();
select tests.offer_service('Consultation', any_of => array['Ann']);
select tests.hold('Consultation', tests.day_at(2, '10:00') + n * interval '30 minutes') from generate_series(1, 5) n;
select is(
  tests.refusal($$ select tests.hold('Consultation', tests.day_at(2, '14:00')) $$),
  '{"status": "PT409", "code": "too_many_holds", "detail": {"maximum": 5}}', 'the sixth is refused'
);
select lives_ok($$ select tests.hold('Consultation', tests.day_at(2, '14:00'), 'desk') $$, 'others may hold theirs');
select tests.let_time_pass();
select lives_ok($$ select tests.hold('Consultation', tests.day_at(2, '15:00')) $$, 'what is over does not count');

select * from finish();
rollback;
