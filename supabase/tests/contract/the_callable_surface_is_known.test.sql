begin;
set local search_path = extensions;
select plan(2);

create temporary view callable as
select p.proname::text as name,
  has_function_privilege('anon', p.oid, 'execute') as by_guests,
  has_function_privilege('authenticated', p.oid, 'execute') as by_users
from pg_catalog.pg_proc p
where p.pronamespace = 'public'::regnamespace
  and not exists (select from pg_catalog.pg_depend d where d.objid = p.oid and d.deptype = 'e');

select set_eq(
  'select name from callable where by_guests',
  array[
    'appointment_history', 'arrive_ticket', 'available_slots', 'book_appointment', 'book_series',
    'cancel_appointment', 'cancel_series', 'change_series', 'get_appointment', 'get_feedback', 'get_hold',
    'get_queue_board', 'get_series', 'get_ticket', 'get_waitlist_entry', 'join_queue', 'join_session',
    'join_waitlist', 'leave_feedback', 'leave_queue', 'leave_waitlist', 'organizations_nearby', 'place_hold', 'read_calendar_feed',
    'release_hold', 'reschedule_appointment', 'service_ratings', 'service_signing_keys', 'service_time_zone',
    'update_appointment', 'update_ticket'
  ],
  'a guest may find a place and a slot, hold or book it or a series of them, wait for one, manage the booking and rate it, stand in a line'
);
select set_eq(
  'select name from callable where not by_users',
  array[
    'admit_request', 'announce_policy', 'attendance_training', 'begin_measure', 'cache_invalidate', 'cache_lookup',
    'cache_store', 'claim_jobs', 'claim_run', 'claim_saga', 'claim_webhooks', 'close_publication', 'complete_job',
    'count_requests', 'event_log_health', 'extend_job', 'fail_job', 'fail_run', 'fail_saga_step',
    'finish_attendance_training', 'finish_run', 'give_up_saga', 'issue_service_token', 'leave_webhooks',
    'log_webhook_test', 'notify_members', 'origin_is_known', 'plan_saga', 'platform_health', 'platform_readiness',
    'publish_policy_version', 'record_analysis', 'record_saga_step', 'refresh_appointment_day', 'report_service_health',
    'reserve_policy_version', 'save_attendance_training', 'save_run', 'seal_service_token', 'service_signing_key',
    'settle_requests', 'settle_webhooks', 'start_saga', 'store_service_signing_key', 'webhook_test_target',
    'withdraw_notifications', 'withdraw_publication'
  ],
  'what functions and workers do by themselves is for secret keys only'
);

select * from finish();
rollback;
