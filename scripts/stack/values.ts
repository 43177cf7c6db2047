/**
 * How values travel between Postgres and JSON. PostgREST answers what `to_json` would: ISO timestamps, numeric as a
 * JSON number, bytea as `\x…`. The drivers' defaults differ from it and from one another; these tables repair both.
 */

/** Postgres type oids that need a repair. */
const oid = { json: 114, bytea: 17, timestamp: 1114, timestamptz: 1184, numeric: 1700, jsonb: 3802 } as const;

/** `2026-01-01 10:00:00+00` becomes `2026-01-01T10:00:00+00:00`; anything else (`infinity`, BC dates) stays. */
export function isoTimestamp(text: string): string {
  if (!/^-?\d{4,}-\d\d-\d\d \d/.test(text) || text.endsWith(" BC")) return text;
  const iso = text.replace(" ", "T");
  return /[+-]\d\d$/.test(iso) ? `${iso}:00` : iso;
}

/** Numeric as a JSON number, with the same loss of precision a JSON client has; `NaN` and `Infinity` stay text. */
export function numericValue(text: string): number | string {
  const value = Number(text);
  return Number.isFinite(value) ? value : text;
}

/** Bytes as PostgREST writes and reads them: `\x0aff`. */
export function byteaText(value: unknown): string {
  if (typeof value === "string") return value;
  const bytes = value instanceof Uint8Array ? value : new Uint8Array(value as ArrayBuffer);
  return "\\x" + Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const same = (text: string): string => text;

export const pgliteParsers: Record<number, (text: string) => unknown> = {
  [oid.bytea]: same,
  [oid.timestamp]: isoTimestamp,
  [oid.timestamptz]: isoTimestamp,
  [oid.numeric]: numericValue,
};

export const pgliteSerializers: Record<number, (value: unknown) => string> = { [oid.bytea]: byteaText };

interface PostgresType {
  to: number;
  from: number[];
  serialize(value: unknown): string;
  parse(text: string): unknown;
}

const type = (
  number: number,
  parse: (text: string) => unknown,
  serialize: (value: unknown) => string,
): PostgresType => ({ to: number, from: [number], serialize, parse });

const timeText = (value: unknown): string => value instanceof Date ? value.toISOString() : String(value);

/** @supabase/lite has encoded json arguments already; encoding them again would store a JSON string. */
const jsonText = (value: unknown): string => typeof value === "string" ? value : JSON.stringify(value);

export const postgresTypes: Record<string, PostgresType> = {
  json: type(oid.json, JSON.parse, jsonText),
  jsonb: type(oid.jsonb, JSON.parse, jsonText),
  bytea: type(oid.bytea, same, byteaText),
  timestamp: type(oid.timestamp, isoTimestamp, timeText),
  timestamptz: type(oid.timestamptz, isoTimestamp, timeText),
  numeric: type(oid.numeric, numericValue, String),
};
