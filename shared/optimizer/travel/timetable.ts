/** What the travelling search needs of a league; teams and rounds count from 0. */
export interface TravelProblem {
  /** Number of teams, even. */
  readonly teams: number;
  /** Distance from place to place at [from * teams + to], whole numbers. */
  readonly distance: Int32Array;
  /** Most home games and most away games in a row. */
  readonly mostHome: number;
  readonly mostAway: number;
  /** Whether two teams may meet in two rounds in a row. */
  readonly repeats: boolean;
  /** Whether the second half of the season repeats the first with venues exchanged. */
  readonly mirrored: boolean;
}

/** Cells before and after a row, so that its ends need no test. */
const margin = 1;

/**
 * A double round robin in which every team plays in every round. Each cell that is written adds what it changes to
 * `miles` and `faults`; {@link undo} takes back all that was written since {@link begin}.
 */
export class Timetable {
  readonly teams: number;
  readonly rounds: number;
  /** Change of the distance and of the violations since {@link begin}. */
  miles = 0;
  faults = 0;
  /** Price of a violation, and the change of cost beyond which a move need not be written to its end. */
  price = 0;
  bound = Infinity;

  /** Length of a row with its margins. */
  readonly stride: number;
  /** By cell: the opponent, whether at home (2 beside the row) and the place. */
  readonly opponents: Int32Array;
  readonly sides: Int32Array;
  private readonly places: Int32Array;
  /** Round of each game at [home * teams + away]. */
  readonly roundOf: Int32Array;
  private readonly distance: Int32Array;
  private readonly repeatFault: number;
  private readonly mostHome: number;
  private readonly mostAway: number;
  /** Cells written, what they held (opponent * 2 + side), and the round of the home game that was written there. */
  private readonly written: Int32Array;
  private readonly before: Int32Array;
  private readonly roundBefore: Int32Array;
  private count = 0;

  constructor(problem: TravelProblem) {
    const { teams } = problem;
    this.teams = teams;
    this.rounds = 2 * (teams - 1);
    this.stride = this.rounds + 2 * margin;
    this.opponents = new Int32Array(teams * this.stride).fill(-1);
    this.sides = new Int32Array(teams * this.stride).fill(2);
    this.places = new Int32Array(teams * this.stride);
    for (let team = 0; team < teams; team++) this.places.fill(team, team * this.stride, (team + 1) * this.stride);
    this.roundOf = new Int32Array(teams * teams);
    this.distance = problem.distance;
    this.repeatFault = problem.repeats ? 0 : 1;
    this.mostHome = Math.min(problem.mostHome, this.rounds);
    this.mostAway = Math.min(problem.mostAway, this.rounds);
    this.written = new Int32Array(4 * teams * this.rounds);
    this.before = new Int32Array(4 * teams * this.rounds);
    this.roundBefore = new Int32Array(4 * teams * this.rounds);
  }

  /** Index of a cell. */
  cell(team: number, round: number): number {
    return team * this.stride + margin + round;
  }

  /** Fills the whole timetable from cells `opponent * 2 + (home ? 1 : 0)` at [team * rounds + round]. */
  load(codes: ArrayLike<number>): void {
    for (let team = 0; team < this.teams; team++) {
      for (let round = 0; round < this.rounds; round++) {
        this.put(this.cell(team, round), team, codes[team * this.rounds + round]!);
      }
    }
  }

  /** The cells as {@link load} takes them. */
  save(codes: Int16Array): void {
    for (let team = 0; team < this.teams; team++) {
      for (let round = 0; round < this.rounds; round++) {
        const cell = this.cell(team, round);
        codes[team * this.rounds + round] = this.opponents[cell]! * 2 + this.sides[cell]!;
      }
    }
  }

  /** Distance and violations of the whole timetable, counted anew. */
  total(): { miles: number; faults: number } {
    let [miles, faults] = [0, 0];
    for (let team = 0; team < this.teams; team++) {
      const first = this.cell(team, 0);
      let run = 0;
      for (let cell = first; cell <= first + this.rounds; cell++) {
        miles += this.distance[this.places[cell - 1]! * this.teams + this.places[cell]!]!;
        if (cell === first + this.rounds) break;
        run = this.sides[cell] === this.sides[cell - 1] ? run + 1 : 1;
        if (run > this.most(this.sides[cell]!)) faults++;
        if (this.opponents[cell] === this.opponents[cell - 1]) faults += this.repeatFault;
      }
    }
    return { miles, faults };
  }

  /** Begins a move. */
  begin(): void {
    this.count = 0;
    this.miles = 0;
    this.faults = 0;
  }

  /** Whether what was written since {@link begin} costs more than any end of the move is likely to win back. */
  get hopeless(): boolean {
    return this.miles + this.price * this.faults > this.bound;
  }

  /** Writes one cell: `team` meets `opponent`, at home (1) or away (0). */
  set(team: number, cell: number, opponent: number, side: number): void {
    const { opponents, sides, places, count } = this;
    const oldOpponent = opponents[cell]!, oldSide = sides[cell]!;
    this.written[count] = cell;
    this.before[count] = oldOpponent * 2 + oldSide;
    this.count = count + 1;
    const oldPlace = oldSide ? team : oldOpponent, place = side ? team : opponent;
    if (oldPlace !== place) this.travel(cell, oldPlace, place);
    if (oldOpponent !== opponent) {
      const last = opponents[cell - 1], next = opponents[cell + 1];
      if (this.repeatFault) {
        let change = 0;
        if (last === opponent) change++;
        if (next === opponent) change++;
        if (last === oldOpponent) change--;
        if (next === oldOpponent) change--;
        this.faults += change;
      }
      opponents[cell] = opponent;
    }
    if (oldSide !== side) {
      this.faults += this.runFaults(cell, side) - this.runFaults(cell, oldSide);
      sides[cell] = side;
    }
    places[cell] = place;
    if (side) {
      const game = team * this.teams + opponent;
      this.roundBefore[count] = this.roundOf[game]!;
      this.roundOf[game] = cell - team * this.stride - margin;
    }
  }

  /** Takes back every cell written since {@link begin}, also when the move was left half-written. */
  undo(): void {
    const { written, before, roundBefore, opponents, sides, places, roundOf, stride, teams } = this;
    for (let k = this.count - 1; k >= 0; k--) {
      const cell = written[k]!, code = before[k]!;
      const team = (cell / stride) | 0, opponent = code >> 1, side = code & 1;
      if (sides[cell]) roundOf[team * teams + opponents[cell]!] = roundBefore[k]!;
      opponents[cell] = opponent;
      sides[cell] = side;
      places[cell] = side ? team : opponent;
    }
    this.count = 0;
  }

  private put(cell: number, team: number, code: number): void {
    const opponent = code >> 1, side = code & 1;
    this.opponents[cell] = opponent;
    this.sides[cell] = side;
    this.places[cell] = side ? team : opponent;
    if (side) this.roundOf[team * this.teams + opponent] = cell - team * this.stride - margin;
  }

  private travel(cell: number, from: number, to: number): void {
    const { places, distance, teams } = this;
    const last = places[cell - 1]! * teams, next = places[cell + 1]!;
    this.miles += distance[last + to]! + distance[to * teams + next]! - distance[last + from]! -
      distance[from * teams + next]!;
  }

  private most(side: number): number {
    return side ? this.mostHome : this.mostAway;
  }

  /** Runs one longer than allowed that contain the cell if it is on this side. */
  private runFaults(cell: number, side: number): number {
    const sides = this.sides, most = side ? this.mostHome : this.mostAway;
    let first = cell - 1, last = cell + 1;
    while (sides[first] === side && cell - first <= most) first--;
    while (sides[last] === side && last - cell <= most) last++;
    const beyond = last - first - 1 - most;
    return beyond > 0 ? beyond : 0;
  }
}
