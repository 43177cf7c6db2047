/** Compressed rows (CSR): for each key a run of values in one flat array. */
export interface Sparse {
  /** values[start[key]] .. values[start[key + 1]] belong to key. */
  readonly start: Int32Array;
  readonly values: Int32Array;
}

/** Builds {@link Sparse} rows from (key, value) pairs given as two lists of equal length. */
export function sparse(keys: number, key: readonly number[], value: readonly number[]): Sparse {
  const start = new Int32Array(keys + 1);
  for (const k of key) start[k + 1]!++;
  for (let k = 0; k < keys; k++) start[k + 1]! += start[k]!;
  const next = start.slice(0, keys);
  const values = new Int32Array(key.length);
  for (let at = 0; at < key.length; at++) values[next[key[at]!]!++] = value[at]!;
  return { start, values };
}
