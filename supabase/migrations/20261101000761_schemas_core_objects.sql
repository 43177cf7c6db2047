-- JSON Schema in SQL, continued: objects, the way through a schema, and what callers use.

create function core.object_faults(root jsonb, schema jsonb, data jsonb, depth int) returns jsonb
language plpgsql immutable parallel safe
set search_path = ''
as $$
declare
  properties jsonb := schema -> 'properties';
  patterns jsonb := schema -> 'patternProperties';
  others jsonb := schema -> 'additionalProperties';
  names jsonb := schema -> 'propertyNames';
  required jsonb := schema -> 'required';
  key text;
  value jsonb;
  member jsonb;
  pattern text;
  known boolean;
  faults jsonb;
  found_faults jsonb;
begin
  if required is not null then
    for i in 0..jsonb_array_length(required) - 1 loop
      if not data ? (required ->> i) then
        found_faults := coalesce(found_faults, '[]') || core.faults_below(core.fault('is missing'), required ->> i);
      end if;
    end loop;
  end if;
  if properties is not null or patterns is not null or others is not null or names is not null then
    for key, value in select m.key, m.value from jsonb_each(data) m loop
      member := properties -> key;
      known := member is not null;
      if known then
        -- most members ask for a type and nothing else
        continue when patterns is null and names is null and member ->> 'type' = jsonb_typeof(value)
          and member = jsonb_build_object('type', jsonb_typeof(value));
        faults := core.schema_faults_at(root, member, value, depth + 1);
        if faults is not null then
          found_faults := coalesce(found_faults, '[]') || core.faults_below(faults, key);
        end if;
      end if;
      if patterns is not null then
        for pattern, member in select p.key, p.value from jsonb_each(patterns) p loop
          continue when key !~ (pattern collate "C");
          known := true;
          faults := core.schema_faults_at(root, member, value, depth + 1);
          if faults is not null then
            found_faults := coalesce(found_faults, '[]') || core.faults_below(faults, key);
          end if;
        end loop;
      end if;
      if not known and others is not null then
        if others = 'false' then
          faults := core.fault('is not known here');
        else
          faults := core.schema_faults_at(root, others, value, depth + 1);
        end if;
        if faults is not null then
          found_faults := coalesce(found_faults, '[]') || core.faults_below(faults, key);
        end if;
      end if;
      if names is not null then
        faults := core.schema_faults_at(root, names, to_jsonb(key), depth + 1);
        if faults is not null then
          found_faults := coalesce(found_faults, '[]') || core.faults_below(core.fault('has a name that is not allowed'), key);
        end if;
      end if;
      exit when jsonb_array_length(found_faults) >= 20;
    end loop;
  end if;
  if schema ?| array['minProperties', 'maxProperties', 'dependentRequired', 'dependentSchemas'] then
    faults := core.membership_faults(root, schema, data, depth);
    if faults is not null then
      found_faults := coalesce(found_faults, '[]') || faults;
    end if;
  end if;
  return found_faults;
end;
$$;
comment on function core.object_faults(jsonb, jsonb, jsonb, int) is
  'Faults by required, properties, patternProperties, additionalProperties, propertyNames and core.membership_faults; of '
  'many faulty members the first 20.';

create function core.membership_faults(root jsonb, schema jsonb, data jsonb, depth int) returns jsonb
language plpgsql immutable parallel safe
set search_path = ''
as $$
declare
  members int := (select count(*) from jsonb_object_keys(data));
  key text;
  needed text;
  dependent jsonb;
  found_faults jsonb := '[]';
begin
  if members < (schema ->> 'minProperties')::numeric then
    found_faults := found_faults || core.fault(format('must have at least %s members', schema ->> 'minProperties'));
  elsif members > (schema ->> 'maxProperties')::numeric then
    found_faults := found_faults || core.fault(format('must have at most %s members', schema ->> 'maxProperties'));
  end if;
  for key, needed in
    select d.key, n from jsonb_each(schema -> 'dependentRequired') d, jsonb_array_elements_text(d.value) n
    where data ? d.key and not data ? n
  loop
    found_faults := found_faults || core.faults_below(core.fault(format('is missing: %s asks for it', key)), needed);
  end loop;
  for dependent in select d.value from jsonb_each(schema -> 'dependentSchemas') d where data ? d.key loop
    found_faults := found_faults || coalesce(core.schema_faults_at(root, dependent, data, depth + 1), '[]');
  end loop;
  return nullif(found_faults, '[]');
end;
$$;
comment on function core.membership_faults(jsonb, jsonb, jsonb, int) is
  'Faults by minProperties, maxProperties, dependentRequired and dependentSchemas.';

-- Written for what fits: a member with a type and a format takes one call.
create function core.schema_faults_at(root jsonb, schema jsonb, data jsonb, depth int) returns jsonb
language plpgsql immutable parallel safe
set search_path = ''
as $$
declare
  kind text := jsonb_typeof(data);
  wanted jsonb;
  message text;
  faults jsonb;
  combined jsonb;
begin
  -- Most references stand alone: what they lead to is taken instead.
  if schema ? '$ref' and schema - '$ref' = '{}' then
    schema := core.schema_ref(root, schema ->> '$ref');
  end if;
  wanted := schema -> 'type';
  if jsonb_typeof(schema) = 'boolean' then
    return case when schema = 'false' then core.fault('is not allowed here') end;
  elsif depth > 100 then
    return core.fault('is nested too deep to be checked');
  end if;
  if not wanted ? kind
    and not (case when kind = 'number' and wanted ? 'integer' then data::numeric = trunc(data::numeric) else false end) then
    return core.fault('must be of type ' || (
      select string_agg(t, ' or ')
      from jsonb_array_elements_text(case jsonb_typeof(wanted) when 'array' then wanted else jsonb_build_array(wanted) end) t));
  end if;

  case kind
    when 'object' then
      faults := core.object_faults(root, schema, data, depth);
    when 'array' then
      faults := core.array_faults(root, schema, data, depth);
    when 'string' then
      if schema ?| array['format', 'minLength', 'maxLength', 'pattern'] then
        message := core.string_fault(schema, data #>> '{}');
      end if;
    when 'number' then
      if schema ?| array['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'] then
        message := core.number_fault(schema, data::numeric);
      end if;
    else null;
  end case;
  if message is not null then
    faults := core.fault(message);
  end if;
  if schema ?| array['$ref', 'const', 'enum', 'allOf', 'anyOf', 'oneOf', 'not', 'if'] then
    combined := core.combination_faults(root, schema, data, depth);
    return case when faults is null then combined else faults || coalesce(combined, '[]') end;
  end if;
  return faults;
end;
$$;
comment on function core.schema_faults_at(jsonb, jsonb, jsonb, int) is
  'What is wrong with data at one place of a schema, or null. `root` is where its references start.';

create function core.schema_faults(schema jsonb, data jsonb) returns table (path text, message text)
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return query
  select f ->> 'path', f ->> 'message'
  from jsonb_array_elements(core.schema_faults_at(schema, schema, data, 0)) with ordinality as listed (f, n)
  order by n;
end;
$$;
comment on function core.schema_faults(jsonb, jsonb) is
  'Where data does not fit a JSON Schema: the path (JSON Pointer) and what is wrong there. No row: it fits.';
