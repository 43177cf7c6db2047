-- What the embedded Realtime reads in place of the write-ahead log; hosted has none of this.
-- A transaction takes its id early and commits late, so ids alone are no order to read in: a reader keeps the snapshot
-- it last read with, and what is new is what that snapshot could not see.

create sequence if not exists realtime.message_position;
grant usage on sequence realtime.message_position to public;

do $$
begin
  -- asked first: adding a column waits for every transaction on the table, even when there is nothing to add
  if not exists (
    select from pg_catalog.pg_attribute
    where attrelid = 'realtime.messages'::regclass and attname = 'transaction_id' and not attisdropped
  ) then
    alter table realtime.messages
      add column transaction_id xid8 default pg_catalog.pg_current_xact_id(),
      add column position bigint default nextval('realtime.message_position');
    create index messages_transaction_id_index on realtime.messages (transaction_id);
  end if;
end
$$;
