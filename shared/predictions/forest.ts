/** A fitted forest: what it says of a row, and why. */

/**
 * Nodes in a row, as JSON keeps them best. A leaf is `leaf, value`; a split `feature, threshold, missing goes left (1),
 * value, place of the right child`, with its left child behind it. A value is what the node's rows get on average.
 */
export type Tree = readonly number[];
export type Forest = readonly Tree[];

export const leaf = -1;

/** The place of the child that a row belongs to. */
function childOf(tree: Tree, place: number, row: Float64Array): number {
  const value = row[tree[place]!]!;
  const isLeft = Number.isNaN(value) ? tree[place + 2] === 1 : value <= tree[place + 1]!;
  return isLeft ? place + 5 : tree[place + 4]!;
}

const valueAt = (tree: Tree, place: number): number => tree[place] === leaf ? tree[place + 1]! : tree[place + 3]!;

export function treeValue(tree: Tree, row: Float64Array): number {
  let place = 0;
  while (tree[place] !== leaf) place = childOf(tree, place, row);
  return tree[place + 1]!;
}

export const forestValue = (forest: Forest, row: Float64Array): number =>
  forest.reduce((sum, tree) => sum + treeValue(tree, row), 0);

/**
 * What each feature adds to the forest's value: along the path in each tree, a step's change of value belongs to the
 * feature that was split on (A. Saabas, "Interpreting random forests", 2014). With `rest`, they add up to the value, times `trust`.
 */
export function contributionsOf(forest: Forest, row: Float64Array, trust = 1): { rest: number; by: Float64Array } {
  const by = new Float64Array(row.length);
  let rest = 0;
  for (const tree of forest) {
    let place = 0;
    rest += valueAt(tree, place);
    while (tree[place] !== leaf) {
      const child = childOf(tree, place, row);
      by[tree[place]!]! += valueAt(tree, child) - valueAt(tree, place);
      place = child;
    }
  }
  return { rest: trust * rest, by: by.map((weight) => trust * weight) };
}
