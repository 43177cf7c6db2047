-- Appointments, waits: what is learnt of service times, of leaving and of its own errors, and the estimate made of it.
--
-- estimate = (mean remaining service of those being served + expected service of those ahead x their chance to stay)
--            / open counters
-- Work ahead over servers is the workload estimate of multi-server queues; it is exact in the mean for exponential service
-- (M/M/c: (ahead + 1) x mean / c). A service under way lasts another mean x (1 + cv²) / 2, the mean residual life of renewal
-- theory (cv: standard deviation over mean). Whoever waits leaves at a constant rate, so the chance to stay until called
-- is exp(-rate x wait).
-- The last observed wait is mixed in by the inverse sixth powers of both predictors' mean errors. P50 and P80 are quantiles
-- of a gamma distribution of that mean (Wilson and Hilferty 1931), each moved in its logarithm by Robbins-Monro steps
-- until half, and four fifths, of the waits lie below it.

create type appointments.service_time as (mean double precision, variation double precision);
comment on type appointments.service_time is 'Minutes, and the square of standard deviation over mean.';

create type appointments.wait as (model double precision, last double precision, p50 double precision, p80 double precision);
comment on type appointments.wait is 'An estimate in minutes: before calibration, the last observed wait it used, and what is told.';

-- Each level counts as so many observations of the level above: the type's stated minutes as 5, the type as 10 of its staff.
create function appointments.expected_service(queue_id uuid, ticket_type_id uuid, resource_id uuid)
returns appointments.service_time
language plpgsql stable security definer set search_path = '' as $$
declare
  seen appointments.service_times;
  expected appointments.service_time;
  weight double precision;
begin
  expected := row((select y.expected_minutes from public.ticket_types y where y.id = expected_service.ticket_type_id), 1);
  select * into seen from appointments.service_times s
  where s.queue_id = expected_service.queue_id and s.ticket_type_id = expected_service.ticket_type_id and s.resource_id = core.nil_uuid();
  if found then
    weight := least(seen.observations, 100) / (least(seen.observations, 100) + 5.0);
    expected.mean := weight * seen.mean + (1 - weight) * expected.mean;
    expected.variation := weight * greatest(0, seen.mean_square / seen.mean ^ 2 - 1) + (1 - weight) * expected.variation;
  end if;
  if resource_id is not null then
    select * into seen from appointments.service_times s
    where s.queue_id = expected_service.queue_id and s.ticket_type_id = expected_service.ticket_type_id and s.resource_id = expected_service.resource_id;
    if found then
      weight := least(seen.observations, 100) / (least(seen.observations, 100) + 10.0);
      expected.mean := weight * seen.mean + (1 - weight) * expected.mean;
    end if;
  end if;
  return expected;
end $$;
comment on function appointments.expected_service(uuid, uuid, uuid) is
  'How long serving a type takes (by a member of staff, if named): learnt means shrunk to those above them.';

create function appointments.observe_service(queue_id uuid, ticket_type_id uuid, resource_id uuid, minutes double precision)
returns void
language plpgsql security definer set search_path = '' as $$
begin
  -- A second is a slip of the finger, a day a forgotten ticket: neither is a service.
  if minutes is null or minutes < 0.02 or minutes > 720 then
    return;
  end if;
  insert into appointments.service_times as s (queue_id, ticket_type_id, resource_id, observations, mean, mean_square)
  select observe_service.queue_id, observe_service.ticket_type_id, r.id, 1, minutes, minutes ^ 2
  from (select core.nil_uuid() union all select observe_service.resource_id where observe_service.resource_id is not null) r(id)
  on conflict on constraint service_times_pkey do update set
    observations = s.observations + 1,
    mean = s.mean + (excluded.mean - s.mean) * greatest(0.01, 1.0 / (s.observations + 1)),
    mean_square = s.mean_square + (excluded.mean_square - s.mean_square) * greatest(0.01, 1.0 / (s.observations + 1));
end $$;
comment on function appointments.observe_service(uuid, uuid, uuid, double precision) is
  'Learns a service time: a plain mean of the first hundred, then exponentially weighted by 0.01.';

create function appointments.observe_leaving(queue_id uuid, minutes double precision)
returns void
language plpgsql security definer set search_path = '' as $$
begin
  update appointments.queue_learning l set leavers = l.leavers + 1, minutes_waited = l.minutes_waited + greatest(0, minutes)
  where l.queue_id = observe_leaving.queue_id;
end $$;
comment on function appointments.observe_leaving(uuid, double precision) is 'Learns that someone left the line after so many minutes.';

create function appointments.observe_wait(
  queue_id uuid, minutes double precision, p50 double precision, p80 double precision, model double precision, last double precision)
returns void
language plpgsql security definer set search_path = '' as $$
declare
  learnt appointments.queue_learning;
  step double precision;
  share double precision;
begin
  select * into learnt from appointments.queue_learning l where l.queue_id = observe_wait.queue_id;
  -- A thousandth is forgotten at each call, so that the rate of leaving follows the season.
  learnt.minutes_waited := (learnt.minutes_waited + minutes) * 0.999;
  learnt.leavers := learnt.leavers * 0.999;
  learnt.last_wait := minutes;
  if model > 0 and minutes > 0 then
    learnt.waits := learnt.waits + 1;
    step := greatest(0.005, 1.0 / (learnt.waits + 20));
    learnt.log_p50 := learnt.log_p50 + step * (case when minutes > p50 then 0.5 else -0.5 end);
    learnt.log_p80 := learnt.log_p80 + step * (case when minutes > p80 then 0.8 else -0.2 end);
    if last is not null then
      share := greatest(0.01, 1.0 / (learnt.waits + 1));
      learnt.model_error := learnt.model_error + (abs(minutes - model * exp(learnt.log_p50)) - learnt.model_error) * share;
      learnt.last_error := learnt.last_error + (abs(minutes - last) - learnt.last_error) * share;
    end if;
  end if;
  update appointments.queue_learning l
  set minutes_waited = learnt.minutes_waited, leavers = learnt.leavers, last_wait = learnt.last_wait, waits = learnt.waits,
    log_p50 = learnt.log_p50, log_p80 = learnt.log_p80, model_error = learnt.model_error, last_error = learnt.last_error
  where l.queue_id = observe_wait.queue_id;
end $$;
comment on function appointments.observe_wait(uuid, double precision, double precision, double precision, double precision, double precision) is
  'Learns from a wait that has ended, given what had been told: moves P50 and P80, and weighs the estimate against the last observed wait.';

create function appointments.share_of_last(learnt appointments.queue_learning)
returns double precision
language plpgsql immutable set search_path = '' as $$
begin
  return case when learnt.waits < 20 or learnt.last_wait is null or learnt.model_error + learnt.last_error = 0 then 0
    else learnt.model_error ^ 6 / (learnt.model_error ^ 6 + learnt.last_error ^ 6) end;
end $$;
comment on function appointments.share_of_last(appointments.queue_learning) is
  'How much of the estimate is the last observed wait: nothing until twenty waits are known.';

-- The line as arrays in its order, so that whoever replays a day can ask about any line.
create function appointments.line_waits(
  queue_id uuid, waiting_types uuid[], waited double precision[], serving_types uuid[], serving_staff uuid[], servers integer)
returns setof appointments.wait
language plpgsql stable security definer set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
  learnt appointments.queue_learning;
  expected appointments.service_time;
  means double precision[];
  variations double precision[];
  leaving double precision;
  share double precision;
  remaining double precision := 0;
  ahead double precision := 0;
  spread double precision := 0;
  guess double precision;
  c double precision;
  stays double precision;
  busy integer := cardinality(serving_types);
  told appointments.wait;
begin
  select * into learnt from appointments.queue_learning l where l.queue_id = line_waits.queue_id;
  leaving := learnt.leavers / (learnt.minutes_waited + 30);
  share := appointments.share_of_last(learnt);
  select array_agg((x.time).mean order by w.place), array_agg((x.time).variation order by w.place) into means, variations
  from unnest(waiting_types) with ordinality w(type, place)
  join (select d.type, appointments.expected_service(line_waits.queue_id, d.type, null) as time
    from (select distinct u.type from unnest(waiting_types) u(type)) d offset 0) x on x.type = w.type;
  for i in 1..busy loop
    expected := appointments.expected_service(queue_id, serving_types[i], serving_staff[i]);
    remaining := remaining + expected.mean * (1 + expected.variation) / 2;
  end loop;
  -- A free counter means no wait for the first; those beyond the counters (one closed while serving) are work ahead.
  if busy >= servers and servers > 0 then
    ahead := remaining / busy / servers * (1 + busy - servers);
    spread := ahead ^ 2;
  end if;
  for i in 1..coalesce(cardinality(means), 0) loop
    if servers = 0 then
      told := null;
    else
      guess := case when ahead = 0 or share = 0 then ahead else (1 - share) * ahead + share * greatest(0, learnt.last_wait - waited[i]) end;
      c := case when ahead = 0 then 0 else least(1, spread / (9 * ahead ^ 2)) end;
      told.model := ahead;
      told.last := learnt.last_wait;
      told.p50 := guess * (1 - c) ^ 3 * exp(learnt.log_p50);
      told.p80 := greatest(told.p50, guess * (1 - c + 0.8416 * sqrt(c)) ^ 3 * exp(learnt.log_p80));
      -- Never less than e^-50: squares of anything much smaller underflow, which is an error here.
      stays := exp(-least(leaving * (waited[i] + ahead), 50));
      -- While a counter is free for the next one too, nobody waits.
      if busy + i >= servers then
        ahead := ahead + means[i] * stays / servers;
        spread := spread + (means[i] / servers) ^ 2 * (stays * (1 + variations[i]) - stays ^ 2);
      end if;
    end if;
    return next told;
  end loop;
end $$;
comment on function appointments.line_waits(uuid, uuid[], double precision[], uuid[], uuid[], integer) is
  'The estimates of everyone in a line: types and minutes waited so far in order, types and staff of those being served, open counters. Null where no counter is open.';
