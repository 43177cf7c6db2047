-- What `postgres` may do on hosted without being a superuser. Runs last, when everything it names exists.

do $$
declare
  part text;
begin
  execute format('grant create on database %I to hosted_postgres', current_database());
  execute 'alter schema public owner to hosted_postgres';
  grant create on schema extensions to hosted_postgres;
  foreach part in array array['extensions', 'auth', 'realtime', 'storage', 'cron', 'net', 'vault', 'supabase_migrations'] loop
    execute format('grant usage on schema %I to hosted_postgres', part);
    execute format('grant all on all tables in schema %I to hosted_postgres', part);
    execute format('grant all on all sequences in schema %I to hosted_postgres', part);
    execute format('grant execute on all functions in schema %I to hosted_postgres', part);
  end loop;
end;
$$;
