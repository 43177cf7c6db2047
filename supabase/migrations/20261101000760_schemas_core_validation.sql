-- JSON Schema (draft 2020-12, the subset that core.check_schema lets in) in SQL: core.schema_faults.
--
-- Each function returns null for what fits. Faults are [{"path": <JSON Pointer>, "message"}]: a path is relative to the
-- node and grows on the way up, so that what fits pays for none. Messages quote the schema and never the data.

create function core.fault(message text, path text default '') returns jsonb
language plpgsql immutable parallel safe
set search_path = ''
as $$ begin return jsonb_build_array(jsonb_build_object('path', path, 'message', message)); end $$;
comment on function core.fault(text, text) is 'One fault, as a list.';

create function core.faults_below(faults jsonb, key text) returns jsonb
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return (
    select jsonb_agg(jsonb_build_object(
      'path', '/' || replace(replace(key, '~', '~0'), '/', '~1') || (f ->> 'path'),
      'message', f ->> 'message'))
    from jsonb_array_elements(faults) f);
end;
$$;
comment on function core.faults_below(jsonb, text) is 'Faults of a member or an element, as its parent tells them.';

-- leaves -------------------------------------------------------------------------------------------------------------

create function core.is_date(value text) returns boolean
language plpgsql immutable strict parallel safe
set search_path = ''
as $$
declare
  year int;
  day int;
begin
  if value !~ '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$' then
    return false;
  end if;
  day := substr(value, 9)::int;
  if day < 29 then
    return true;
  elsif substr(value, 6, 2) = '02' then
    year := left(value, 4)::int;
    return day = 29 and year % 4 = 0 and (year % 100 <> 0 or year % 400 = 0);
  end if;
  return day < 31 or substr(value, 6, 2) not in ('04', '06', '09', '11');
end;
$$;
comment on function core.is_date(text) is 'Whether it is a full-date of RFC 3339. Never an error.';

create function core.is_time(value text) returns boolean
language plpgsql immutable strict parallel safe
set search_path = ''
as $$
declare
  part text[];
  minute int;
begin
  if value ~ '^([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$' then
    return true;
  end if;
  -- A leap second is the last of a UTC day. Asked apart: to take a match apart costs 30 µs.
  part := regexp_match(value, '^([01][0-9]|2[0-3]):([0-5][0-9]):60(?:\.[0-9]+)?(?:[Zz]|([+-])([01][0-9]|2[0-3]):([0-5][0-9]))$');
  minute := part[1]::int * 60 + part[2]::int
    - case when part[3] is null then 0 else (part[3] || '1')::int * (part[4]::int * 60 + part[5]::int) end;
  return coalesce((minute + 2880) % 1440 = 1439, false);
end;
$$;
comment on function core.is_time(text) is 'Whether it is a full-time of RFC 3339: with its offset.';

create function core.has_format(value text, format text) returns boolean
language plpgsql immutable strict parallel safe
set search_path = ''
as $$
begin
  case format
    when 'uuid' then
      return value ~ '^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$';
    when 'date-time' then
      return core.is_date(left(value, 10)) and substr(value, 11, 1) in ('T', 't') and core.is_time(substr(value, 12));
    when 'date' then
      return core.is_date(value);
    when 'time' then
      return core.is_time(value);
    when 'email' then
      -- as browsers judge them, less two dots in a row
      return length(value) <= 320
        and value ~ '^[A-Za-z0-9!#$%&''*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&''*+/=?^_`{|}~-]+)*@[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$';
    when 'uri' then
      return value ~ '^[A-Za-z][A-Za-z0-9+.-]*:([A-Za-z0-9._~:/?#@!$&''()*+,;=-]|\[[0-9A-Fa-f:.]+\]|%[0-9A-Fa-f]{2})*$'
        and value !~ '#.*#';
  end case;
end;
$$;
comment on function core.has_format(text, text) is 'Whether a string is a uuid, date, time, date-time (RFC 3339), email or uri (absolute).';

create function core.string_fault(schema jsonb, value text) returns text
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  if schema ? 'format' and not core.has_format(value, schema ->> 'format') then
    return format('must be a %s', schema ->> 'format');
  elsif length(value) < (schema ->> 'minLength')::numeric then
    return format('must have at least %s characters', schema ->> 'minLength');
  elsif length(value) > (schema ->> 'maxLength')::numeric then
    return format('must have at most %s characters', schema ->> 'maxLength');
  elsif value !~ ((schema ->> 'pattern') collate "C") then
    return format('must match %s', schema ->> 'pattern');
  end if;
  return null;
end;
$$;
comment on function core.string_fault(jsonb, text) is 'Why a string does not fit, or null.';

create function core.number_fault(schema jsonb, value numeric) returns text
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  if value < (schema ->> 'minimum')::numeric then
    return format('must be at least %s', schema ->> 'minimum');
  elsif value > (schema ->> 'maximum')::numeric then
    return format('must be at most %s', schema ->> 'maximum');
  elsif value <= (schema ->> 'exclusiveMinimum')::numeric then
    return format('must be greater than %s', schema ->> 'exclusiveMinimum');
  elsif value >= (schema ->> 'exclusiveMaximum')::numeric then
    return format('must be less than %s', schema ->> 'exclusiveMaximum');
  elsif mod(value, (schema ->> 'multipleOf')::numeric) <> 0 then
    return format('must be a multiple of %s', schema ->> 'multipleOf');
  end if;
  return null;
end;
$$;
comment on function core.number_fault(jsonb, numeric) is 'Why a number does not fit, or null.';

create function core.is_one_of(value jsonb, allowed jsonb) returns boolean
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  -- For a scalar, @> is equality with an element; for others it is containment, which is less.
  return case when jsonb_typeof(value) in ('object', 'array')
    then exists (select from jsonb_array_elements(allowed) as listed (entry) where entry = is_one_of.value)
    else allowed @> value end;
end;
$$;
comment on function core.is_one_of(jsonb, jsonb) is 'Whether a list has the value: 1 and 1.0 are the same, 1 and "1" are not.';

-- combinations -------------------------------------------------------------------------------------------------------

create function core.combination_faults(root jsonb, schema jsonb, data jsonb, depth int) returns jsonb
language plpgsql immutable parallel safe
set search_path = ''
as $$
declare
  faults jsonb;
  found_faults jsonb := '[]';
  fitting int := 0;
begin
  if schema ? '$ref' then
    faults := core.schema_faults_at(root, core.schema_ref(root, schema ->> '$ref'), data, depth + 1);
    found_faults := found_faults || coalesce(faults, '[]');
  end if;
  if schema ? 'const' and schema -> 'const' <> data then
    found_faults := found_faults || core.fault(format('must be %s', left((schema -> 'const')::text, 200)));
  end if;
  if schema ? 'enum' and not core.is_one_of(data, schema -> 'enum') then
    found_faults := found_faults || core.fault(format('must be one of %s', left((schema -> 'enum')::text, 500)));
  end if;
  for i in 0..coalesce(jsonb_array_length(schema -> 'allOf'), 0) - 1 loop
    faults := core.schema_faults_at(root, schema -> 'allOf' -> i, data, depth + 1);
    found_faults := found_faults || coalesce(faults, '[]');
  end loop;
  if schema ? 'anyOf' then
    for i in 0..jsonb_array_length(schema -> 'anyOf') - 1 loop
      faults := core.schema_faults_at(root, schema -> 'anyOf' -> i, data, depth + 1);
      exit when faults is null;
    end loop;
    if faults is not null then
      found_faults := found_faults || core.fault('fits none of the alternatives');
    end if;
  end if;
  if schema ? 'oneOf' then
    for i in 0..jsonb_array_length(schema -> 'oneOf') - 1 loop
      if core.schema_faults_at(root, schema -> 'oneOf' -> i, data, depth + 1) is null then
        fitting := fitting + 1;
      end if;
    end loop;
    if fitting <> 1 then
      found_faults := found_faults || core.fault(format('must fit one of the alternatives and fits %s', fitting));
    end if;
  end if;
  if schema ? 'not' and core.schema_faults_at(root, schema -> 'not', data, depth + 1) is null then
    found_faults := found_faults || core.fault('must not fit what is excluded');
  end if;
  if schema ? 'if' and schema ?| array['then', 'else'] then
    faults := core.schema_faults_at(root, schema -> 'if', data, depth + 1);
    faults := core.schema_faults_at(root, coalesce(schema -> case when faults is null then 'then' else 'else' end, 'true'), data, depth + 1);
    found_faults := found_faults || coalesce(faults, '[]');
  end if;
  return nullif(found_faults, '[]');
end;
$$;
comment on function core.combination_faults(jsonb, jsonb, jsonb, int) is
  'Faults by $ref, const, enum, allOf, anyOf, oneOf, not and if, which judge data of every type.';

create function core.schema_ref(root jsonb, ref text) returns jsonb
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return root -> '$defs' -> replace(replace(substr(ref, 9), '~1', '/'), '~0', '~');
end;
$$;
comment on function core.schema_ref(jsonb, text) is 'The schema that a reference (#/$defs/money) names, or null.';

-- lists --------------------------------------------------------------------------------------------------------------

create function core.array_faults(root jsonb, schema jsonb, data jsonb, depth int) returns jsonb
language plpgsql immutable parallel safe
set search_path = ''
as $$
declare
  size int := jsonb_array_length(data);
  fixed int := coalesce(jsonb_array_length(schema -> 'prefixItems'), 0);
  items jsonb := schema -> 'items';
  least_held numeric;
  held int := 0;
  faults jsonb;
  found_faults jsonb := '[]';
begin
  if size < (schema ->> 'minItems')::numeric then
    found_faults := found_faults || core.fault(format('must have at least %s entries', schema ->> 'minItems'));
  elsif size > (schema ->> 'maxItems')::numeric then
    found_faults := found_faults || core.fault(format('must have at most %s entries', schema ->> 'maxItems'));
  elsif schema -> 'uniqueItems' = 'true' and size > 1
    and (select count(distinct e) from jsonb_array_elements(data) e) < size then
    found_faults := found_faults || core.fault('must have no entry twice');
  end if;
  for i in 0..least(fixed, size) - 1 loop
    faults := core.schema_faults_at(root, schema -> 'prefixItems' -> i, data -> i, depth + 1);
    if faults is not null then
      found_faults := found_faults || core.faults_below(faults, i::text);
    end if;
  end loop;
  if items is not null then
    for i in fixed..size - 1 loop
      faults := core.schema_faults_at(root, items, data -> i, depth + 1);
      if faults is not null then
        found_faults := found_faults || core.faults_below(faults, i::text);
        exit when jsonb_array_length(found_faults) >= 20;
      end if;
    end loop;
  end if;
  if schema ? 'contains' then
    least_held := coalesce((schema ->> 'minContains')::numeric, 1);
    for i in 0..size - 1 loop
      if core.schema_faults_at(root, schema -> 'contains', data -> i, depth + 1) is null then
        held := held + 1;
      end if;
    end loop;
    if held < least_held then
      found_faults := found_faults || core.fault(format('must have at least %s entries of a kind that is asked for', least_held));
    elsif held > (schema ->> 'maxContains')::numeric then
      found_faults := found_faults || core.fault(format('must have at most %s entries of a kind', schema ->> 'maxContains'));
    end if;
  end if;
  return nullif(found_faults, '[]');
end;
$$;
comment on function core.array_faults(jsonb, jsonb, jsonb, int) is
  'Faults by minItems, maxItems, uniqueItems, prefixItems, items, contains; of many faulty entries the first 20.';
