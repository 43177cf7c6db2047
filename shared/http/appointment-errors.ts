import type { ErrorCode } from "./error-codes.ts";

/** What booking, holding, waiting for and changing an appointment is refused with; part of `errorCodes`. */
export const appointmentErrors = {
  guests_not_allowed: {
    status: 403,
    title: "This service is not open to guests",
    remedy: "Sign in and book again.",
  },
  service_not_active: {
    status: 422,
    title: "This service is no longer offered",
    remedy: "Offer the organization's other services.",
  },
  not_your_appointment: {
    status: 403,
    title: "It was somebody else's appointment",
    remedy: "Only its customer can rate it, or its guest by the link of the booking.",
  },
  too_late_for_feedback: {
    status: 403,
    title: "Too late to rate it",
    remedy: "An appointment can be rated for 90 days: tell the organization what you think of it.",
    members: { deadline: "Until when it was possible." },
  },
  not_fulfilled: {
    status: 409,
    title: "It has not taken place",
    remedy: "Rate it when staff have marked it as fulfilled.",
    members: { appointment_status: "The state it is in." },
  },
  feedback_given: {
    status: 409,
    title: "It has been rated already",
    remedy: "A rating stands: read it instead.",
  },
  too_late_to_cancel: {
    status: 403,
    title: "Too late to cancel",
    remedy: "The notice period agreed at booking has begun: ask the organization.",
    members: { deadline: "Until when it was possible." },
  },
  too_late_to_reschedule: {
    status: 403,
    title: "Too late to reschedule",
    remedy: "The notice period agreed at booking has begun: ask the organization.",
    members: { deadline: "Until when it was possible." },
  },
  too_many_reschedules: {
    status: 403,
    title: "Rescheduled too often",
    remedy: "The number of moves agreed at booking is used up: ask the organization.",
    members: { maximum: "How many moves were agreed." },
  },
  limit_reached: {
    status: 409,
    title: "No more can be booked in this period",
    remedy: "Choose a start in another day, week or month: the list of slots shows what the limits leave.",
    members: {
      limit: "The limit's id.",
      subject: "Whose limit it is: `customer`, `resource` or `service`.",
      period: "`day`, `week` or `month`.",
      unit: "`bookings` or `minutes`.",
      maximum: "How many there may be.",
    },
  },
  slot_taken: {
    status: 409,
    title: "This time is taken",
    remedy: "List the free slots again and choose another.",
    members: {
      conflicts:
        "What is in the way: `resource_id`, `resource_name`, `kind`, `starts_at`, `ends_at`. Never whose it is.",
    },
  },
  session_full: {
    status: 409,
    title: "Not enough seats are left",
    remedy: "List the slots for your party again and choose another.",
  },
  hold_expired: {
    status: 409,
    title: "This hold is over",
    remedy: "It expired, was released, or is booked already: choose a slot again.",
    members: { hold_status: "What became of it: `expired`, `released` or `booked`." },
  },
  too_many_holds: {
    status: 409,
    title: "You hold too many slots",
    remedy: "Book or release one first.",
    members: { maximum: "How many anyone may hold." },
  },
  request_expired: {
    status: 409,
    title: "This request has lapsed",
    remedy: "Its time may be taken: book anew.",
    members: { expired_at: "When it lapsed." },
  },
  already_waiting: {
    status: 409,
    title: "You wait for this already",
    remedy: "Read your entry; leave it first to wait for other times.",
  },
  invalid_transition: {
    status: 409,
    title: "It cannot go from this state to that one",
    remedy: "Read it again: somebody may have moved it on.",
    members: { from: "The state it is in.", to: "The state asked for." },
  },
  not_started: {
    status: 409,
    title: "It has not started yet",
    remedy: "Nobody is missing before the start: cancel it, or wait.",
    members: { starts_at: "When it starts." },
  },
  slot_not_offered: {
    status: 422,
    title: "This time is not on offer",
    remedy: "Book one of the listed slots.",
    members: { reason: "`closed`, `off_grid`, `too_soon`, `too_far` or `absent`." },
  },
  party_too_large: {
    status: 422,
    title: "Too many people for one booking",
    remedy: "Make several bookings, or ask the organization.",
    members: { maximum: "How many may come on one booking." },
  },
  not_a_group_service: {
    status: 422,
    title: "People do not attend this service together",
    remedy: "Give the service seats first.",
  },
  invalid_intake: {
    status: 422,
    title: "An answer is not valid",
    remedy: "Answer what the service asks (`intake_fields`), and nothing else.",
    members: {
      field: "The question.",
      reason: "`required`, `type`, `choice`, `range`, `format` or `unknown`.",
    },
  },
  reason_required: {
    status: 422,
    title: "Say why",
    remedy: "Staff who act after the notice send a `reason`.",
    members: { deadline: "Until when none was needed." },
  },
  range_too_long: {
    status: 422,
    title: "The range is too long",
    remedy: "Ask for at most 62 days at a time.",
    members: { maximum_days: "62." },
  },
  series_conflicts: {
    status: 409,
    title: "Some appointments of the series cannot be had",
    remedy: "Choose another time, or send `on_conflict: skip` to do without them.",
    members: {
      conflicts:
        "What was refused: `starts_at`, `appointment_id` (null where it was to be booked), and `status`, `code`, `detail` and members as a single booking would have been told.",
    },
  },
  series_over: {
    status: 409,
    title: "Nothing of the series can change any more",
    remedy: "What is past, cancelled or has begun stays: book a new series.",
  },
  invalid_rule: {
    status: 422,
    title: "The rule of recurrence cannot be used",
    remedy: "Send an RRULE of RFC 5545 with COUNT or UNTIL that begins with the start and makes at most 100 dates.",
    members: {
      reason: "`unreadable`, `unsupported`, `endless`, `too_many`, `too_few` or `start_not_in_rule`.",
      first: "With `start_not_in_rule`: the rule's first date.",
    },
  },
} as const satisfies Record<string, ErrorCode>;
