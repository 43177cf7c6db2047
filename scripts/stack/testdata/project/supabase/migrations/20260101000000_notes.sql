create table public.notes (
  id int primary key,
  body text not null
);
alter table public.notes enable row level security;

create policy "anyone reads and writes notes" on public.notes to anon using (true) with check (true);
grant select, insert on public.notes to anon;
