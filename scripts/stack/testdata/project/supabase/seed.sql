insert into public.notes (id, body) values (1, 'seeded');
insert into auth.users (id, aud, role, email, encrypted_password, email_confirmed_at)
values (gen_random_uuid(), 'authenticated', 'authenticated', 'owner@fixture.test', extensions.crypt('almanac-demo', extensions.gen_salt('bf', 4)), now());
