/**
 * The assignment problem, solved exactly: who gets which place so that the sum of values is greatest.
 *
 * Shortest augmenting paths with potentials, O(rows² × columns) (R. Jonker and A. Volgenant, "A shortest augmenting path
 * algorithm for dense and sparse linear assignment problems", Computing 38, 1987). Own code, 40 lines: a solver of
 * linear programs (HiGHS, 3 MB of WebAssembly) does the same here with more to load.
 */

/**
 * `values[row][column]` is what the pair brings; undefined where it is not allowed. A row may stay without a column and
 * then brings nothing. Returns the column of each row, or -1.
 */
export function assign(values: readonly (readonly (number | undefined)[])[]): number[] {
  const rows = values.length;
  const real = values.reduce((most, row) => Math.max(most, row.length), 0);
  // A column of its own for each row: to stay without. Pairs that are worth less than nothing lose against it.
  const columns = real + rows;
  const cost = (row: number, column: number) => column >= real ? 0 : -(values[row]![column] ?? -Infinity);
  const rowPotential = new Float64Array(rows + 1);
  const columnPotential = new Float64Array(columns + 1);
  const rowOf = new Int32Array(columns + 1).fill(-1);
  const before = new Int32Array(columns + 1);
  for (let row = 0; row < rows; row++) {
    const least = new Float64Array(columns + 1).fill(Infinity);
    const seen = new Uint8Array(columns + 1);
    let column = columns;
    rowOf[column] = row;
    while (rowOf[column]! >= 0) {
      seen[column] = 1;
      const from = rowOf[column]!;
      let [step, next] = [Infinity, -1];
      for (let other = 0; other < columns; other++) {
        if (seen[other]) continue;
        const reduced = cost(from, other) - rowPotential[from]! - columnPotential[other]!;
        if (reduced < least[other]!) [least[other], before[other]] = [reduced, column];
        if (least[other]! < step) [step, next] = [least[other]!, other];
      }
      for (let other = 0; other <= columns; other++) {
        if (seen[other]) {
          rowPotential[rowOf[other]!]! += step;
          columnPotential[other]! -= step;
        } else least[other]! -= step;
      }
      column = next;
    }
    while (column !== columns) {
      rowOf[column] = rowOf[before[column]!]!;
      column = before[column]!;
    }
  }
  const found = new Array<number>(rows).fill(-1);
  for (let column = 0; column < real; column++) if (rowOf[column]! >= 0) found[rowOf[column]!] = column;
  return found;
}
