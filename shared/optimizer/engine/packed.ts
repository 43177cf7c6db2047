/** Hard and soft penalties as one number. */

/**
 * Hard and soft penalties travel as one number, hard * HARD + soft: one addition in the innermost loop.
 * Soft penalties stay below 2^27 and hard ones below 2^24, so that a double holds both exactly.
 */
export const HARD = 2 ** 28;

/** Hard part of a packed penalty. */
export function hardOf(packed: number): number {
  return Math.round(packed / HARD);
}

/** Soft part of a packed penalty. */
export function softOf(packed: number): number {
  return packed - Math.round(packed / HARD) * HARD;
}

/** Penalty of one unit of deviation, packed. */
export function priceOf(term: { weight: number; hard: boolean }): number {
  return term.hard ? term.weight * HARD : term.weight;
}

/** A packed penalty as one number, a unit of hard penalty costing `hardWeight`; Infinity stays what it is. */
export function weigh(packed: number, hardWeight: number): number {
  if (packed === Infinity) return Infinity;
  const hard = Math.round(packed / HARD);
  return packed - hard * HARD + hard * hardWeight;
}
