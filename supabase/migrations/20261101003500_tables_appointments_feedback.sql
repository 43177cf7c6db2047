-- Appointments, tables: what customers say of a fulfilled appointment, and the sums of it.
-- A rating is given once: the constraint decides. The sums are kept by a trigger in the transaction of the rating, so
-- that none is counted twice or lost, whatever writes the table.

create table public.feedback (
  id uuid primary key default core.uuid_v7(),
  organization_id uuid not null references public.organizations (id) on delete cascade,
  appointment_id uuid not null,
  service_id uuid not null references public.services (id) on delete cascade,
  resource_ids uuid[] not null,
  customer_id uuid references public.profiles (id) on delete set null,
  rating smallint not null,
  comment text,
  reply text,
  replied_at timestamptz,
  hidden_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint one_of_an_appointment unique (appointment_id),
  constraint one_to_five_stars check (rating between 1 and 5),
  constraint comment_is_short check (length(comment) between 1 and 2000),
  constraint reply_is_short check (length(reply) between 1 and 2000),
  constraint reply_has_its_time check ((reply is null) = (replied_at is null))
);
comment on table public.feedback is
  'A customer''s or guest''s rating of a fulfilled appointment. Read by its author and by members with appointments.read; hidden ones by its author and by those with appointments.manage.';
comment on column public.feedback.customer_id is 'Null: a guest, by the link of their booking, or an account that is gone.';
comment on column public.feedback.resource_ids is 'Who and what served: those of the appointment when it was rated.';
comment on column public.feedback.hidden_at is 'When staff hid it. Its rating counts all the same: an average cannot be mended by hiding.';
create index feedback_by_organization on public.feedback (organization_id, created_at, id);
create index feedback_by_service on public.feedback (service_id, created_at, id);
create index feedback_by_customer on public.feedback (customer_id, created_at, id);

alter table public.feedback enable row level security;
grant select on public.feedback to authenticated, service_role;
create policy "authors read their own feedback, members their organization's" on public.feedback
  for select to authenticated using (
    customer_id = (select auth.uid())
    or (hidden_at is null and organization_id = any (array(select core.my_organization_ids('appointments.read'))))
    or organization_id = any (array(select core.my_organization_ids('appointments.manage'))));

create table public.feedback_summaries (
  subject_type text not null,
  subject_id uuid not null,
  organization_id uuid not null references public.organizations (id) on delete cascade,
  ratings integer not null,
  mean numeric(3, 2) generated always as (round(
    (stars[1] + 2 * stars[2] + 3 * stars[3] + 4 * stars[4] + 5 * stars[5])::numeric / nullif(ratings, 0), 2)) stored,
  stars integer[] not null,
  updated_at timestamptz not null default now(),
  primary key (subject_type, subject_id),
  constraint known_subject_type check (subject_type in ('service', 'resource')),
  constraint counts_of_five check (cardinality(stars) = 5 and 0 <= all (stars)),
  constraint counts_add_up check (ratings = stars[1] + stars[2] + stars[3] + stars[4] + stars[5])
);
comment on table public.feedback_summaries is
  'Ratings of a service or a resource: how many, their mean, and how many of each. Read by members with appointments.read; of public services anyone asks service_ratings.';
comment on column public.feedback_summaries.stars is 'How many ratings of one star, of two, … of five.';
comment on column public.feedback_summaries.mean is 'Two decimals; null where there is none any more.';
create index feedback_summaries_organization on public.feedback_summaries (organization_id);

alter table public.feedback_summaries enable row level security;
grant select on public.feedback_summaries to authenticated, service_role;
create policy "members read their organization's ratings" on public.feedback_summaries
  for select to authenticated using (organization_id in (select core.my_organization_ids('appointments.read')));

create function appointments.count_rating(feedback public.feedback, difference integer)
returns void
language plpgsql security definer set search_path = '' as $$
declare
  counted integer[] := array(select case when n = feedback.rating then difference else 0 end from generate_series(1, 5) n);
begin
  -- In one order, so that two ratings of the same people wait for one another and never in a circle.
  insert into public.feedback_summaries as summary (subject_type, subject_id, organization_id, ratings, stars)
  select t.subject_type, t.subject_id, feedback.organization_id, difference, counted
  from (
    select 'service' as subject_type, feedback.service_id as subject_id
    union all
    select distinct 'resource', r from unnest(feedback.resource_ids) r
  ) t
  where difference > 0
  order by t.subject_type, t.subject_id
  on conflict (subject_type, subject_id) do update set
    ratings = summary.ratings + 1,
    stars = array(select s + d from unnest(summary.stars, excluded.stars) with ordinality as u(s, d, n) order by n),
    updated_at = now();
  if difference < 0 then
    perform from public.feedback_summaries s
      where (s.subject_type = 'service' and s.subject_id = feedback.service_id)
        or (s.subject_type = 'resource' and s.subject_id = any (feedback.resource_ids))
      order by s.subject_type, s.subject_id for update;
    update public.feedback_summaries s set
      ratings = s.ratings - 1,
      stars = array(select c + d from unnest(s.stars, counted) with ordinality as u(c, d, n) order by n),
      updated_at = now()
    where (s.subject_type = 'service' and s.subject_id = feedback.service_id)
      or (s.subject_type = 'resource' and s.subject_id = any (feedback.resource_ids));
  end if;
end $$;
comment on function appointments.count_rating(public.feedback, integer) is 'Adds a rating to the sums of its service and resources (1), or takes it out (-1).';

create function appointments.keep_ratings_counted() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if tg_op <> 'INSERT' then
    perform appointments.count_rating(old, -1);
  end if;
  if tg_op <> 'DELETE' then
    perform appointments.count_rating(new, 1);
  end if;
  return null;
end $$;
comment on function appointments.keep_ratings_counted() is 'Keeps feedback_summaries in step with feedback.';

create trigger feedback_is_counted after insert or delete or update of rating, service_id, resource_ids on public.feedback
  for each row execute function appointments.keep_ratings_counted();
