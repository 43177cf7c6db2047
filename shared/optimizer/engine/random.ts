/** Seeded random numbers (sfc32): the same seed gives the same numbers everywhere, and the state is four words. */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private d: number;

  constructor(seed: number | readonly number[]) {
    [this.a, this.b, this.c, this.d] = typeof seed === "number"
      ? [seed | 0, (seed / 4294967296) | 0, 0x9e3779b9 | 0, 1]
      : [seed[0]! | 0, seed[1]! | 0, seed[2]! | 0, seed[3]! | 0];
    if (typeof seed === "number") { for (let k = 0; k < 16; k++) this.word(); }
  }

  /** 32 random bits as a signed whole number. */
  word(): number {
    const sum = (this.a + this.b | 0) + this.d | 0;
    this.d = this.d + 1 | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = this.c + (this.c << 3) | 0;
    this.c = (this.c << 21 | this.c >>> 11) + sum | 0;
    return sum;
  }

  /** A number in [0, 1). */
  unit(): number {
    return (this.word() >>> 0) / 4294967296;
  }

  /** A whole number in [0, limit). */
  below(limit: number): number {
    return Math.floor((this.word() >>> 0) / 4294967296 * limit);
  }

  /** The state, to be given to the constructor. */
  save(): number[] {
    return [this.a, this.b, this.c, this.d];
  }
}
