-- Which JSON Schemas can be declared: those whose every keyword core.schema_faults checks. Nothing is ignored in silence.
--
-- References lead to the root's $defs and never back to themselves, so that a schema is a tree of known size: checking
-- data costs at most that size times the size of the data.

create function core.refuse_schema(path text, message text) returns void
language plpgsql volatile
set search_path = ''
as $$
begin
  perform core.raise_error(422, 'invalid_schema', format('schema%s %s.', path, message),
    jsonb_build_object('field', 'schema', 'path', path, 'message', message));
end;
$$;
comment on function core.refuse_schema(text, text) is 'PT422 invalid_schema: where, and why.';

create function core.pattern_problem(pattern text) returns text
language plpgsql immutable
set search_path = ''
as $$
declare
  bare text := regexp_replace(pattern, '\\([dDwWsSnrtfv.*+?()[\]{}|^$/\\-]|u[0-9A-Fa-f]{4})', '', 'g');
  states numeric := 1;
  bound text;
begin
  if length(pattern) > 300 then
    return 'has more than 300 characters';
  elsif bare ~ '\\' then
    return format('has the escape %s, which is not among those supported', substring(bare from '\\.?'));
  elsif bare ~ '\(\?([^:]|$)' then
    return 'looks around, names a group or sets a flag, which is not supported';
  elsif left(pattern, 3) = '***' then
    return 'is no regular expression';
  elsif bare ~ '\[\^?\]' or bare ~ '\[[^]]*\[[:.=]' then
    return 'has a class that is written differently elsewhere';
  end if;
  -- Each {n,m} is that many copies of what it repeats, and of the repetitions within.
  for bound in select b[1] from regexp_matches(bare, '\{(?:[0-9]*,)?([0-9]+),?\}', 'g') b loop
    states := states * greatest(bound::numeric, 1);
    if states > 1000 then
      return 'repeats too much';
    end if;
  end loop;
  perform '' ~ (pattern collate "C");
  return null;
exception when invalid_regular_expression then
  return 'is no regular expression';
end;
$$;
comment on function core.pattern_problem(text) is
  'Why a regular expression cannot be used, or null. What is left means the same in ECMAScript and takes time in '
  'proportion to the text; but "." matches a line feed too.';

create function core.keyword_kind(keyword text) returns text
language plpgsql immutable
set search_path = ''
as $$
begin
  return case
    when keyword in ('additionalProperties', 'propertyNames', 'items', 'contains', 'not', 'if', 'then', 'else') then 'schema'
    when keyword in ('allOf', 'anyOf', 'oneOf', 'prefixItems') then 'schemas'
    when keyword in ('properties', 'patternProperties', 'dependentSchemas', '$defs') then 'named schemas'
    when keyword in ('minLength', 'maxLength', 'minItems', 'maxItems', 'minContains', 'maxContains', 'minProperties', 'maxProperties')
      then 'count'
    when keyword in ('minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf') then 'number'
    when keyword in ('uniqueItems', 'deprecated', 'readOnly', 'writeOnly') then 'boolean'
    when keyword in ('title', 'description', '$comment', '$id', 'contentEncoding', 'contentMediaType') then 'string'
    when keyword in ('type', 'enum', 'format', 'pattern', 'required', 'dependentRequired', '$ref', '$schema') then keyword
    when keyword in ('const', 'default', 'examples', 'contentSchema') then 'anything'
  end;
end;
$$;
comment on function core.keyword_kind(text) is 'What a keyword of JSON Schema holds; null: it is not supported.';

create function core.keyword_problem(keyword text, value jsonb) returns text
language plpgsql immutable
set search_path = ''
as $$
declare
  type text := jsonb_typeof(value);
  known_types constant jsonb := '["object", "array", "string", "number", "integer", "boolean", "null"]';
begin
  case core.keyword_kind(keyword)
    when 'schema' then
      return case when type not in ('object', 'boolean') then 'must be a schema' end;
    when 'schemas' then
      return case when type <> 'array' or jsonb_array_length(value) not between 1 and 100 then 'must be a list of 1 to 100 schemas' end;
    when 'named schemas' then
      return case when type <> 'object' then 'must be an object of schemas' end;
    when 'count' then
      return case when type <> 'number' or value::text !~ '^[0-9]{1,9}(\.0+)?$' then 'must be a whole number, not negative' end;
    when 'number' then
      if type <> 'number' or abs(value::numeric) > 1e30 then
        return 'must be a number of at most 30 digits';
      elsif keyword = 'multipleOf' and value::numeric not between 1e-10 and 1e15 then
        return 'must be between 1e-10 and 1e15';
      end if;
      return null;
    when 'boolean' then
      return case when type <> 'boolean' then 'must be true or false' end;
    when 'string' then
      return case when type <> 'string' then 'must be a string' end;
    when 'type' then
      if type = 'string' and known_types ? (value #>> '{}') then
        return null;
      elsif type = 'array' and jsonb_array_length(value) > 0 and value <@ known_types and core.are_unique_strings(value) then
        return null;
      end if;
      return 'must be one of object, array, string, number, integer, boolean and null, or a list of them';
    when 'enum' then
      return case when type <> 'array' or jsonb_array_length(value) not between 1 and 1000 then 'must be a list of 1 to 1000 values' end;
    when 'format' then
      return case when type <> 'string' or value #>> '{}' not in ('uuid', 'date', 'time', 'date-time', 'email', 'uri')
        then 'must be one of uuid, date, time, date-time, email and uri' end;
    when 'pattern' then
      return case when type <> 'string' then 'must be a string' else core.pattern_problem(value #>> '{}') end;
    when 'required' then
      return case when not core.are_unique_strings(value) then 'must be a list of different names' end;
    when 'dependentRequired' then
      return case when type <> 'object' or exists (select from jsonb_each(value) d where not core.are_unique_strings(d.value))
        then 'must be an object of lists of different names' end;
    when '$ref' then
      return case when type <> 'string' or value #>> '{}' !~ '^#/\$defs/[^/%]+$' then 'must be of the form #/$defs/name' end;
    when '$schema' then
      return case when coalesce(value #>> '{}', '') <> 'https://json-schema.org/draft/2020-12/schema'
        then 'must be https://json-schema.org/draft/2020-12/schema' end;
    when 'anything' then
      return null;
    else
      return 'is not supported';
  end case;
end;
$$;
comment on function core.keyword_problem(text, jsonb) is 'What is wrong with a keyword of a schema in itself, or null.';

create function core.are_unique_strings(value jsonb) returns boolean
language plpgsql immutable
set search_path = ''
as $$
begin
  return jsonb_typeof(value) = 'array'
    and not jsonb_path_exists(value, 'strict $[*] ? (@.type() <> "string")')
    and (select count(distinct e) = count(*) from jsonb_array_elements(value) e);
end;
$$;
comment on function core.are_unique_strings(jsonb) is 'Whether it is a list of strings, each once.';

create function core.schema_size(root jsonb, schema jsonb, path text, depth int, trail text[]) returns int
language plpgsql volatile
set search_path = ''
as $$
declare
  most constant int := 500;
  size int := 1;
  keyword text;
  value jsonb;
  below text;
  child jsonb;
  name text;
  problem text;
begin
  if jsonb_typeof(schema) = 'boolean' then
    return 1;
  elsif jsonb_typeof(schema) <> 'object' then
    perform core.refuse_schema(path, 'must be a schema');
  elsif depth > 24 then
    perform core.refuse_schema(path, 'is nested more than 24 deep');
  end if;
  for keyword, value in select k.key, k.value from jsonb_each(schema) k loop
    below := path || '/' || replace(replace(keyword, '~', '~0'), '/', '~1');
    problem := case
      when depth > 0 and keyword in ('$defs', '$id', '$schema') then 'belongs at the root'
      else core.keyword_problem(keyword, value) end;
    if problem is not null then
      perform core.refuse_schema(below, problem);
    end if;

    if keyword = '$ref' then
      child := core.schema_ref(root, value #>> '{}');
      name := value #>> '{}';
      if child is null then
        perform core.refuse_schema(below, 'leads nowhere');
      elsif name = any (trail) then
        perform core.refuse_schema(below, 'leads back to itself');
      end if;
      size := size + core.schema_size(root, child, '/' || substr(name, 3), depth + 1, trail || name);
    elsif core.keyword_kind(keyword) = 'schema' then
      size := size + core.schema_size(root, value, below, depth + 1, trail);
    elsif core.keyword_kind(keyword) = 'schemas' then
      for i in 0..jsonb_array_length(value) - 1 loop
        size := size + core.schema_size(root, value -> i, below || '/' || i, depth + 1, trail);
      end loop;
    elsif core.keyword_kind(keyword) = 'named schemas' then
      for name, child in select c.key, c.value from jsonb_each(value) c loop
        problem := case when keyword = 'patternProperties' then core.pattern_problem(name) end;
        if problem is not null then
          perform core.refuse_schema(below || '/' || replace(replace(name, '~', '~0'), '/', '~1'), problem);
        end if;
        size := size + core.schema_size(root, child, below || '/' || replace(replace(name, '~', '~0'), '/', '~1'), depth + 1,
          case when keyword = '$defs' then array['#/$defs/' || replace(replace(name, '~', '~0'), '/', '~1')] else trail end);
        exit when size > most;
      end loop;
    end if;
    if size > most then
      perform core.refuse_schema(path, format('has more than %s schemas, those it refers to counted each time', most));
    end if;
  end loop;
  return size;
end;
$$;
comment on function core.schema_size(jsonb, jsonb, text, int, text[]) is
  'How many schemas are in a schema, each reference counted as what it leads to. PT422 invalid_schema for what cannot be declared.';

create function core.check_schema(schema jsonb) returns void
language plpgsql volatile
set search_path = ''
as $$
begin
  if schema is null or jsonb_typeof(schema) <> 'object' then
    perform core.refuse_schema('', 'must be an object');
  elsif length(schema::text) > 32768 then
    perform core.refuse_schema('', 'has more than 32768 characters');
  elsif schema ->> 'type' is distinct from 'object' then
    perform core.refuse_schema('/type', 'must be object: the data of an event is one');
  end if;
  perform core.schema_size(schema, schema, '', 0, '{}');
end;
$$;
comment on function core.check_schema(jsonb) is
  'Refuses a schema of which something would not be checked, or would cost too much: PT422 invalid_schema with path and message.';
