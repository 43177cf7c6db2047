begin;
set local search_path = extensions;

-- What is wrong and where, or null for what may be declared.
create function pg_temp.fault(member text, top text default '') returns text language plpgsql as $$
declare
  detail text;
begin
  perform core.check_schema(format('{"type": "object", "properties": {"a": %s}%s}', member, top)::jsonb);
  return null;
exception when others then
  get stacked diagnostics detail = pg_exception_detail;
  return case sqlerrm when 'invalid_schema' then detail::jsonb ->> 'path' else sqlerrm end;
end;
$$;
create temporary table cases (member text, top text, path text);
insert into cases values
  ('{"type": ["string", "null"], "title": "A", "description": "a", "default": 1, "examples": [1], "deprecated": true, "$comment": "c"}', '', null),
  ('{"$ref": "#/$defs/a~1b"}', ', "$defs": {"a/b": {"type": "integer"}}, "$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "urn:x"', null),
  ('true', '', null),
  ('{"pattern": "^[A-Z]{2}\\d{1,20}([.,]\\d+)?(?:-x)*$"}', '', null),
  ('{"anyOf": [{"const": null}, {"enum": [1, "a"]}], "not": {"minimum": 1}, "if": false, "then": {}, "else": true}', '', null),
  ('{"unevaluatedProperties": false}', '', '/properties/a/unevaluatedProperties'),
  ('{"$dynamicRef": "#a"}', '', '/properties/a/$dynamicRef'),
  ('{"minLenght": 1}', '', '/properties/a/minLenght'),
  ('{"a/b~c": 1}', '', '/properties/a/a~1b~0c'),
  ('{"items": [{}]}', '', '/properties/a/items'),
  ('{"type": "date"}', '', '/properties/a/type'),
  ('{"type": []}', '', '/properties/a/type'),
  ('{"type": ["string", "string"]}', '', '/properties/a/type'),
  ('{"format": "hostname"}', '', '/properties/a/format'),
  ('{"minLength": -1}', '', '/properties/a/minLength'),
  ('{"minLength": 1.5}', '', '/properties/a/minLength'),
  ('{"minLength": "1"}', '', '/properties/a/minLength'),
  ('{"multipleOf": 0}', '', '/properties/a/multipleOf'),
  ('{"maximum": 1e9999}', '', '/properties/a/maximum'),
  ('{"required": ["a", "a"]}', '', '/properties/a/required'),
  ('{"required": [1]}', '', '/properties/a/required'),
  ('{"enum": []}', '', '/properties/a/enum'),
  ('{"allOf": []}', '', '/properties/a/allOf'),
  ('{"allOf": [1]}', '', '/properties/a/allOf/0'),
  ('{"dependentRequired": {"x": "y"}}', '', '/properties/a/dependentRequired'),
  ('{"$defs": {}}', '', '/properties/a/$defs'),
  ('{"$ref": "https://example.com/schema"}', '', '/properties/a/$ref'),
  ('{"$ref": "#/properties/a"}', '', '/properties/a/$ref'),
  ('{"$ref": "#/$defs/none"}', '', '/properties/a/$ref'),
  ('{}', ', "$schema": "http://json-schema.org/draft-07/schema#"', '/$schema'),
  ('{}', ', "$defs": {"n": {"items": {"$ref": "#/$defs/n"}}}', '/$defs/n/items/$ref'),
  ('{"$ref": "#/$defs/b"}', ', "$defs": {"b": {"not": {"$ref": "#/$defs/c"}}, "c": {"allOf": [{"$ref": "#/$defs/b"}]}}', '/$defs/c/allOf/0/$ref'),
  ('{"pattern": "("}', '', '/properties/a/pattern'),
  ('{"pattern": "(a)\\1"}', '', '/properties/a/pattern'),
  ('{"pattern": "(?=a)"}', '', '/properties/a/pattern'),
  ('{"pattern": "((a{1,99}){1,99}){1,99}"}', '', '/properties/a/pattern'),
  ('{"pattern": "\\p{L}"}', '', '/properties/a/pattern'),
  ('{"pattern": "\\bword"}', '', '/properties/a/pattern'),
  ('{"pattern": "[[:alpha:]]"}', '', '/properties/a/pattern'),
  ('{"pattern": "***=a"}', '', '/properties/a/pattern'),
  ('{"patternProperties": {"(": true}}', '', '/properties/a/patternProperties/(');

select plan(6 + (select count(*) from cases)::int);
select is(pg_temp.fault(member, top), path, left(member || top, 120)) from cases;

select throws_ok($$ select core.check_schema('[]') $$, 'PT422', 'invalid_schema', 'a schema is an object');
select throws_ok($$ select core.check_schema('{"type": "string"}') $$, 'PT422', 'invalid_schema', 'of objects');
select is(pg_temp.fault(repeat('{"items": ', 30) || 'true' || repeat('}', 30)), '/properties/a' || repeat('/items', 24), 'not too deep');
select is(pg_temp.fault(format('{"description": "%s"}', repeat('x', 40000))), '', 'not too long');
select is(pg_temp.fault('{"enum": [' || repeat('0,', 1000) || '0]}'), '/properties/a/enum', 'with lists of some length');
-- Each level refers to the next twice: 40 of them would be a million million schemas.
select ok(pg_temp.fault('{"$ref": "#/$defs/d1"}', ', "$defs": {' || (
  select string_agg(format('"d%s": {"allOf": [{"$ref": "#/$defs/d%s"}, {"$ref": "#/$defs/d%s"}]}', n, n + 1, n + 1), ', ')
  from generate_series(1, 15) n) || ', "d16": {}}') is not null, 'and not large when it is written out');

select * from finish();
rollback;
