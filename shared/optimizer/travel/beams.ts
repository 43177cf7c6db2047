import type { Random } from "../engine/random.ts";
import { Beam, widest } from "./beam.ts";
import type { Bounds } from "./bounds.ts";
import { SeasonBounds } from "./season-bounds.ts";
import type { TravelProblem } from "./timetable.ts";
import { TripBounds } from "./trip-bounds.ts";

/** Ways to add a game to a beginning, for each team: about, on average. */
const branching = 0.4;

/**
 * Ways to add a game that a beam looks at, at most: 3,000 beginnings of 12 teams, 1,200 of 16. A beam is done in a third
 * of a second then, and wider ones of 16 teams were not better.
 */
const mostWays = 1_900_000;

/** At least so many beams: they differ by some per cent, and which is good shows at its end only. */
const fewest = 8;

/** The beam that is under way, if any: it is made anew from the random numbers it began with. */
export interface SavedBeam {
  readonly random: readonly number[];
  readonly width: number;
  readonly game: number;
}

/** One beam search after another. The tables of bounds are made when the first one needs them. */
export class Beams {
  private bounds: Bounds | undefined;
  private beam: Beam | undefined;
  private began: readonly number[] = [];

  constructor(
    private readonly problem: TravelProblem,
    private readonly random: Random,
    private readonly mean: number,
  ) {}

  /** Whether the league is one for beams: no mirrored season, and not too many teams. */
  static suit(problem: TravelProblem): boolean {
    return !problem.mirrored && (SeasonBounds.fit(problem) || TripBounds.fit(problem));
  }

  /** Takes one step of a beam, with `evaluations` for all of them; answers how many of these it took. */
  advance(evaluations: number): number {
    this.beam ??= this.begin(widthFor(this.problem.teams, evaluations));
    return this.beam.advance();
  }

  /** The season of a beam that has just come to its end. */
  result(): Int16Array | undefined {
    if (!this.beam?.done) return undefined;
    const codes = this.beam.codes();
    this.beam = undefined;
    return codes;
  }

  save(): SavedBeam | null {
    return this.beam ? { random: this.began, width: this.beam.width, game: this.beam.game } : null;
  }

  /** Goes on where {@link save} was called; the random numbers are then where they were. */
  resume({ width, game }: SavedBeam): void {
    this.beam = this.begin(width);
    while (this.beam.game < game) this.beam.advance();
  }

  private begin(width: number): Beam {
    this.bounds ??= SeasonBounds.fit(this.problem) ? new SeasonBounds(this.problem) : new TripBounds(this.problem);
    this.began = this.random.save();
    return new Beam(this.problem, this.bounds, this.random, width, this.mean);
  }
}

function widthFor(teams: number, evaluations: number): number {
  const ways = teams * (teams - 1) * teams * branching;
  return Math.max(1, Math.min(widest, Math.floor(Math.min(mostWays, evaluations / fewest) / ways)));
}
