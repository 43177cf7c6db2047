import { dayNumber } from "../days.ts";

type Schema = Record<string, unknown>;
type Check = (schema: Schema, value: unknown) => string | undefined;

const isObject = (value: unknown): value is Schema =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const typeNames: Record<string, (value: unknown) => boolean> = {
  object: isObject,
  array: Array.isArray,
  string: (value) => typeof value === "string",
  number: (value) => typeof value === "number" && Number.isFinite(value),
  integer: Number.isInteger,
  boolean: (value) => typeof value === "boolean",
};

function isDay(text: string): boolean {
  try {
    return Number.isInteger(dayNumber(text));
  } catch {
    return false;
  }
}

const at = (key: string | number, fault: string) => fault.startsWith("/") ? `/${key}${fault}` : `/${key} ${fault}`;

const objectFault: Check = (schema, value) => {
  if (!isObject(value)) return undefined;
  const properties = (schema.properties ?? {}) as Record<string, Schema>;
  const missing = ((schema.required ?? []) as string[]).find((name) => !(name in value));
  if (missing !== undefined) return `must have ${missing}`;
  if (Object.keys(value).length < Number(schema.minProperties ?? 0)) return "must say something";
  for (const [name, member] of Object.entries(value)) {
    if (!Object.hasOwn(properties, name)) {
      if (schema.additionalProperties === false) return `has ${name}, which is not known`;
      continue;
    }
    const fault = paramFault(properties[name]!, member);
    if (fault) return at(name, fault);
  }
};

const arrayFault: Check = (schema, value) => {
  if (!Array.isArray(value)) return undefined;
  if (value.length < Number(schema.minItems ?? 0)) return `must have at least ${schema.minItems} entries`;
  if (value.length > Number(schema.maxItems ?? Infinity)) return `must have at most ${schema.maxItems} entries`;
  for (const [index, entry] of value.entries()) {
    const fault = paramFault((schema.items ?? {}) as Schema, entry);
    if (fault) return at(index, fault);
  }
};

const leafFault: Check = (schema, value) => {
  if (Array.isArray(schema.enum) && !schema.enum.includes(value)) return `must be one of ${schema.enum.join(", ")}`;
  if (typeof value === "number") {
    if (value < Number(schema.minimum ?? -Infinity)) return `must be at least ${schema.minimum}`;
    if (value > Number(schema.maximum ?? Infinity)) return `must be at most ${schema.maximum}`;
  } else if (typeof value === "string") {
    if (schema.format === "date" && !isDay(value)) return "must be a date";
    if (value.length < Number(schema.minLength ?? 0)) return `must have at least ${schema.minLength} characters`;
    if (value.length > Number(schema.maxLength ?? Infinity)) return `must have at most ${schema.maxLength} characters`;
  }
};

const alternativesFault: Check = (schema, value) => {
  const fits = (list: unknown) => (list as Schema[]).filter((one) => paramFault(one, value) === undefined).length;
  if (schema.anyOf && fits(schema.anyOf) === 0) return "fits none of the alternatives";
  if (schema.oneOf && fits(schema.oneOf) !== 1) return "must fit one of the alternatives";
};

/**
 * Why parameters do not fit a schema of the catalogue, or undefined: the first fault with its path. Knows the keywords
 * that the catalogue uses; the database checks the same schemas when a constraint is stored.
 */
export function paramFault(schema: Schema, value: unknown): string | undefined {
  const types = schema.type === undefined ? [] : [schema.type].flat() as string[];
  if (types.length && !types.some((type) => typeNames[type]?.(value))) return `must be ${types.join(" or ")}`;
  return leafFault(schema, value) ?? objectFault(schema, value) ?? arrayFault(schema, value) ??
    alternativesFault(schema, value);
}
