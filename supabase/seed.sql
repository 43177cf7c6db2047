-- A clinic to try things out on: five people who can sign in (password almanac-demo), three practitioners, two rooms and a gym,
-- four services, a walk-in queue with three counters. Everything but the accounts is made by the commands that clients use.
-- For development only: never load it into a project that people reach.

insert into auth.users (id, aud, role, email, encrypted_password, email_confirmed_at, raw_app_meta_data, raw_user_meta_data,
  confirmation_token, recovery_token, email_change, email_change_token_new, created_at, updated_at)
select u.id::uuid, 'authenticated', 'authenticated', u.email, extensions.crypt('almanac-demo', extensions.gen_salt('bf', 6)), now(),
  '{"provider": "email", "providers": ["email"]}', jsonb_build_object('full_name', u.name), '', '', '', '', now(), now()
from (values
  ('5eed0000-0000-4000-8000-000000000001', 'owner@riverside.test', 'Olivia Okafor'),
  ('5eed0000-0000-4000-8000-000000000002', 'scheduler@riverside.test', 'Sam Lindqvist'),
  ('5eed0000-0000-4000-8000-000000000003', 'ada@riverside.test', 'Dr. Ada Moreau'),
  ('5eed0000-0000-4000-8000-000000000004', 'ben@riverside.test', 'Dr. Ben Novak'),
  ('5eed0000-0000-4000-8000-000000000005', 'customer@example.test', 'Carla Jimenez')
) as u (id, email, name);
insert into auth.identities (id, provider, provider_id, user_id, identity_data)
select gen_random_uuid(), 'email', u.id::text, u.id, jsonb_build_object('sub', u.id, 'email', u.email, 'email_verified', true)
from auth.users u where u.id::text like '5eed0000-%';

do $$
declare
  clinic uuid;
  ada uuid;
  ben uuid;
  cleo uuid;
  room_1 uuid;
  room_2 uuid;
  place uuid;
  gym uuid;
  service uuid;
  resource uuid;
  queue uuid;
  samples uuid;
  weekdays jsonb := (
    select jsonb_agg(jsonb_build_object('weekday', d, 'opens', w.opens, 'closes', w.closes))
    from generate_series(1, 5) d, (values ('09:00', '12:30'), ('13:30', '17:30')) as w (opens, closes));
begin
  perform set_config('request.jwt.claims',
    '{"sub": "5eed0000-0000-4000-8000-000000000001", "role": "authenticated"}', true);
  clinic := public.create_organization('Riverside Clinic', 'riverside-clinic', 'clinic', 'Europe/Paris', 'Paris') ->> 'id';
  perform public.update_organization(clinic, listed => true);
  insert into public.memberships (organization_id, user_id, role) values
    (clinic, '5eed0000-0000-4000-8000-000000000002', 'scheduler'),
    (clinic, '5eed0000-0000-4000-8000-000000000003', 'staff'),
    (clinic, '5eed0000-0000-4000-8000-000000000004', 'staff');

  ada := public.create_resource(clinic, 'staff', 'Dr. Ada Moreau', 'Europe/Paris',
    user_id => '5eed0000-0000-4000-8000-000000000003') ->> 'id';
  ben := public.create_resource(clinic, 'staff', 'Dr. Ben Novak', 'Europe/Paris',
    user_id => '5eed0000-0000-4000-8000-000000000004') ->> 'id';
  cleo := public.create_resource(clinic, 'staff', 'Cleo Brandt, physiotherapist', 'Europe/Paris') ->> 'id';
  room_1 := public.create_resource(clinic, 'room', 'Room 1', 'Europe/Paris') ->> 'id';
  room_2 := public.create_resource(clinic, 'room', 'Room 2', 'Europe/Paris') ->> 'id';
  gym := public.create_resource(clinic, 'room', 'Gym', 'Europe/Paris') ->> 'id';
  foreach resource in array array[ada, ben, cleo] loop
    perform public.set_weekly_hours(resource, weekdays);
  end loop;
  perform public.set_weekly_hours(cleo, weekdays || '[{"weekday": 6, "opens": "09:00", "closes": "13:00"}]');
  foreach resource in array array[room_1, room_2, gym] loop
    perform public.set_weekly_hours(resource,
      (select jsonb_agg(jsonb_build_object('weekday', d, 'opens', '07:00', 'closes', '21:00')) from generate_series(1, 6) d));
  end loop;

  place := public.create_location(clinic, 'Riverside', 'Europe/Paris', 'Quai de la Rive 12, Paris', 48.853, 2.3499) ->> 'id';
  foreach resource in array array[ada, ben, cleo, room_1, room_2, gym] loop
    perform public.update_resource(resource, jsonb_build_object('location_id', place));
  end loop;

  service := public.create_service(clinic, jsonb_build_object('name', 'General consultation', 'duration_minutes', 30,
    'buffer_after_minutes', 10, 'slot_interval_minutes', 20, 'minimum_notice_minutes', 60, 'booking_horizon_days', 90,
    'price', 30, 'currency', 'EUR', 'cancellation_notice_minutes', 1440, 'maximum_reschedules', 3)) ->> 'id';
  perform public.set_service_groups(service, jsonb_build_array(
    jsonb_build_object('name', 'doctor', 'rule', 'any', 'resource_ids', jsonb_build_array(ada, ben)),
    jsonb_build_object('name', 'room', 'rule', 'any', 'resource_ids', jsonb_build_array(room_1, room_2))));

  service := public.create_service(clinic, jsonb_build_object('name', 'Physiotherapy', 'duration_minutes', 45,
    'buffer_before_minutes', 5, 'buffer_after_minutes', 10, 'slot_interval_minutes', 60, 'booking_horizon_days', 240, 'price', 65, 'currency', 'EUR',
    'deposit', 20, 'late_cancellation_fee', 30, 'requires_approval', true, 'cancellation_notice_minutes', 2880, 'hold_minutes', 15,
    'intake_fields', jsonb_build_array(
      jsonb_build_object('name', 'area', 'label', 'Where does it hurt?', 'type', 'text', 'required', true, 'maximum', 200),
      jsonb_build_object('name', 'since', 'label', 'Since when?', 'type', 'date')))) ->> 'id';
  perform public.set_service_groups(service, jsonb_build_array(
    jsonb_build_object('name', 'therapist', 'rule', 'all', 'resource_ids', jsonb_build_array(cleo)),
    jsonb_build_object('name', 'room', 'rule', 'any', 'resource_ids', jsonb_build_array(room_2, room_1))));

  service := public.create_service(clinic, jsonb_build_object('name', 'Back class', 'duration_minutes', 60,
    'seats', 6, 'maximum_party', 4, 'price', 15, 'currency', 'EUR', 'cancellation_notice_minutes', 720)) ->> 'id';
  perform public.set_service_groups(service, jsonb_build_array(
    jsonb_build_object('name', 'place', 'rule', 'all', 'resource_ids', jsonb_build_array(gym))));

  service := public.create_service(clinic, jsonb_build_object('name', 'Team meeting', 'duration_minutes', 60,
    'visibility', 'private', 'guests_allowed', false, 'assignment', 'fixed')) ->> 'id';
  perform public.set_service_groups(service, jsonb_build_array(
    jsonb_build_object('name', 'doctors', 'rule', 'all', 'resource_ids', jsonb_build_array(ada, ben)),
    jsonb_build_object('name', 'room', 'rule', 'all', 'resource_ids', jsonb_build_array(room_1))));

  queue := public.create_queue(clinic, jsonb_build_object('location_id', place, 'name', 'Walk-in', 'prefix', 'W',
    'order_by', jsonb_build_array('priority', 'arrival'), 'remote_join', true, 'remote_must_arrive', false)) ->> 'id';
  perform public.save_ticket_type(queue, '{"name": "Prescription", "expected_minutes": 4}');
  samples := public.save_ticket_type(queue, '{"name": "Blood sample", "expected_minutes": 8}') ->> 'id';
  perform public.save_queue_counter(queue, '{"name": "Counter 1"}');
  perform public.save_queue_counter(queue, '{"name": "Counter 2"}');
  perform public.save_queue_counter(queue, jsonb_build_object('name', 'Laboratory', 'ticket_type_ids', jsonb_build_array(samples)));
end $$;
