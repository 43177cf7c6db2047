/**
 * Gradient boosted regression trees with Huber's loss: histogram splits over at most 32 bins, a missing value goes to
 * whichever side fits better, leaves are drawn towards zero. Deterministic, and can be grown a few trees at a time.
 *
 * Source: J. Friedman, "Greedy function approximation: a gradient boosting machine", Annals of Statistics 29 (2001);
 * the leaf's regularization is that of XGBoost (Chen and Guestrin 2016). Own code: no kept-up package of npm boosts
 * with missing values and tells additive contributions.
 */
import { type Forest, leaf, type Tree, treeValue } from "./forest.ts";

export interface TreeOptions {
  readonly trees: number;
  readonly depth: number;
  /** What a tree adds of what it found. */
  readonly rate: number;
  /** Weight that a leaf must hold. */
  readonly leaf: number;
  /** Weight of zero in each leaf. */
  readonly shrink: number;
  /** Residuals beyond it pull with constant force. */
  readonly delta: number;
  /** Share of the features that a tree may use; which ones, turns. */
  readonly columns: number;
}

/** What a forest is fitted to. NaN in a row: not known. */
export interface Sample {
  readonly rows: readonly Float64Array[];
  readonly target: Float64Array;
  readonly weight: Float64Array;
}

const maximumBins = 32;
const missing = 255;

interface Binned {
  readonly cuts: readonly number[][];
  /** The bin of each row, by feature. */
  readonly bins: readonly Uint8Array[];
}

/** Cuts a feature at its quantiles, between two values. */
function cutsOf(values: readonly number[]): number[] {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  const cuts: number[] = [];
  for (let cut = 1; cut < maximumBins; cut++) {
    const place = Math.floor((sorted.length * cut) / maximumBins);
    const [below, above] = [sorted[place - 1], sorted[place]];
    if (below === undefined || above === undefined) continue;
    const between = Number((above > below ? (below + above) / 2 : below).toPrecision(6));
    if (between < sorted.at(-1)! && (cuts.length === 0 || between > cuts.at(-1)!)) cuts.push(between);
  }
  return cuts;
}

function bin(rows: readonly Float64Array[]): Binned {
  const cuts = Array.from(rows[0] ?? [], (_, feature) => cutsOf(rows.map((row) => row[feature]!)));
  const bins = cuts.map((own, feature) =>
    Uint8Array.from(rows, (row) => {
      const value = row[feature]!;
      if (Number.isNaN(value)) return missing;
      let place = 0;
      while (place < own.length && value > own[place]!) place++;
      return place;
    })
  );
  return { cuts, bins };
}

interface Growing {
  readonly binned: Binned;
  readonly pull: Float64Array;
  readonly weight: Float64Array;
  readonly options: TreeOptions;
  readonly usable: readonly number[];
}

interface Split {
  readonly gain: number;
  readonly feature: number;
  readonly bin: number;
  readonly missingLeft: boolean;
}

/** The best split of these rows on one feature. */
function splitOn({ binned, pull, weight, options }: Growing, rows: Int32Array, feature: number): Split | undefined {
  const cuts = binned.cuts[feature]!.length;
  if (cuts === 0) return undefined;
  const [sums, masses] = [new Float64Array(cuts + 2), new Float64Array(cuts + 2)];
  const bins = binned.bins[feature]!;
  let [total, mass] = [0, 0];
  for (const row of rows) {
    const place = bins[row] === missing ? cuts + 1 : bins[row]!;
    sums[place]! += pull[row]! * weight[row]!;
    masses[place]! += weight[row]!;
  }
  for (let place = 0; place < cuts + 2; place++) [total, mass] = [total + sums[place]!, mass + masses[place]!];
  const score = (sum: number, held: number) => (sum * sum) / (held + options.shrink);
  let best: Split | undefined;
  for (const missingLeft of masses[cuts + 1]! > 0 ? [false, true] : [false]) {
    let [sum, held] = missingLeft ? [sums[cuts + 1]!, masses[cuts + 1]!] : [0, 0];
    for (let place = 0; place < cuts; place++) {
      sum += sums[place]!;
      held += masses[place]!;
      if (held < options.leaf || mass - held < options.leaf) continue;
      const gain = score(sum, held) + score(total - sum, mass - held) - score(total, mass);
      if (gain > 1e-9 && gain > (best?.gain ?? 0)) best = { gain, feature, bin: place, missingLeft };
    }
  }
  return best;
}

/** Writes the subtree of these rows to the end of the tree, each left child behind its parent. */
function grow(growing: Growing, tree: number[], rows: Int32Array, depth: number): void {
  const { pull, weight, options, binned: { bins, cuts } } = growing;
  let [sum, mass] = [0, 0];
  for (const row of rows) [sum, mass] = [sum + pull[row]! * weight[row]!, mass + weight[row]!];
  const value = Number((options.rate * sum / (mass + options.shrink)).toFixed(6));
  let best: Split | undefined;
  for (const feature of depth > 0 && mass >= 2 * options.leaf ? growing.usable : []) {
    const split = splitOn(growing, rows, feature);
    if (split && split.gain > (best?.gain ?? 0)) best = split;
  }
  if (!best) {
    tree.push(leaf, value);
    return;
  }
  const column = bins[best.feature]!;
  const isLeft = (row: number) => column[row] === missing ? best.missingLeft : column[row]! <= best.bin;
  const place = tree.push(best.feature, cuts[best.feature]![best.bin]!, Number(best.missingLeft), value, 0) - 5;
  grow(growing, tree, rows.filter(isLeft), depth - 1);
  tree[place + 4] = tree.length;
  grow(growing, tree, rows.filter((row) => !isLeft(row)), depth - 1);
}

/** The features that a tree may use: drawn by a hash of both numbers, the same in every run. */
const usableIn = (tree: number, features: number, share: number): number[] =>
  Array.from({ length: features }, (_, feature) => feature)
    .filter((feature) => ((feature * 2654435761 + tree * 40503 + feature * tree * 97) >>> 0) % 1000 < share * 1000);

/** Adds `more` trees to a forest, up to `options.trees`. Grown in parts it is the same forest as grown at once. */
export function growForest(
  { rows, target, weight }: Sample,
  options: TreeOptions,
  start: Forest,
  more = Infinity,
): Forest {
  const binned = bin(rows);
  const every = Int32Array.from(rows, (_, row) => row);
  const fitted = new Float64Array(rows.length);
  const take = (tree: Tree) => rows.forEach((row, place) => fitted[place]! += treeValue(tree, row));
  start.forEach(take);
  const forest = [...start];
  for (const end = Math.min(options.trees, start.length + more); forest.length < end;) {
    const pull = target.map((value, row) => Math.max(-options.delta, Math.min(options.delta, value - fitted[row]!)));
    const usable = usableIn(forest.length, rows[0]?.length ?? 0, options.columns);
    const tree: number[] = [];
    grow({ binned, pull, weight, options, usable }, tree, every, options.depth);
    forest.push(tree);
    take(tree);
  }
  return forest;
}
